import com.alibaba.fastjson2.JSONObject;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;

/** The commands that measure the client under load. */
final class Benchmarks {
    private static final long TIMEOUT_MS = 300_000;

    void addTo(Map<String, Peer.Verb> verbs) {
        verbs.put("benchmark.send", this::send);
        verbs.put("benchmark.consume", this::consume);
    }

    private JSONObject send(JSONObject command) throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer(command.getString("group"));
        producer.setNamesrvAddr(command.getString("nameServer"));
        producer.setInstanceName("benchmark-send-" + System.nanoTime());
        producer.start();
        try {
            byte[] body = new byte[command.getIntValue("bodyBytes")];
            Arrays.fill(body, (byte) 'x');
            Measurement measurement = new Measurement(command);
            Semaphore inFlight = new Semaphore(command.getIntValue("inFlight"));
            SendCallback callback = new SendCallback() {
                @Override
                public void onSuccess(SendResult result) {
                    if (result.getSendStatus() == SendStatus.SEND_OK) {
                        measurement.add(1);
                    } else {
                        measurement.fail();
                    }
                    inFlight.release();
                }

                @Override
                public void onException(Throwable thrown) {
                    measurement.fail();
                    inFlight.release();
                }
            };
            long total = command.getLongValue("warmUp") + command.getLongValue("messages");
            for (long sent = 0; sent < total; sent++) {
                inFlight.acquire();
                producer.send(new Message(command.getString("topic"), body), callback);
            }
            return measurement.result(TIMEOUT_MS);
        } finally {
            producer.shutdown();
        }
    }

    private JSONObject consume(JSONObject command) throws Exception {
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(command.getString("group"));
        consumer.setNamesrvAddr(command.getString("nameServer"));
        consumer.setInstanceName("benchmark-consume-" + System.nanoTime());
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(command.getString("topic"), "*");
        Measurement measurement = new Measurement(command);
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            measurement.add(messages.size());
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        try {
            return measurement.result(TIMEOUT_MS);
        } finally {
            consumer.shutdown();
        }
    }
}
