import com.alibaba.fastjson2.JSONObject;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageClientExt;
import org.apache.rocketmq.common.message.MessageExt;

/** The commands that consume, in a group and by push. */
final class Consumers {
    /** Larger bodies are reported by size and hash only. */
    private static final int LARGEST_BODY = 64 * 1024;

    private final Map<String, DefaultMQPushConsumer> consumers = new ConcurrentHashMap<>();
    private final Consumer<JSONObject> events;

    Consumers(Consumer<JSONObject> events) {
        this.events = events;
    }

    void addTo(Map<String, Peer.Verb> verbs) {
        verbs.put("consumer.start", this::start);
        verbs.put("consumer.stop", this::stop);
    }

    private JSONObject start(JSONObject command) throws Exception {
        String name = command.getString("name");
        int retries = command.getIntValue("retries");
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(command.getString("group"));
        consumer.setNamesrvAddr(command.getString("nameServer"));
        consumer.setInstanceName(name);
        // Tests that start two members in a row need the second to be known soon, the default is 30 s.
        consumer.setHeartbeatBrokerInterval(1_000);
        consumer.setConsumeFromWhere("last".equals(command.getString("from"))
            ? ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET : ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        if (command.containsKey("maxReconsumeTimes")) {
            consumer.setMaxReconsumeTimes(command.getIntValue("maxReconsumeTimes"));
        }
        consumer.subscribe(command.getString("topic"), command.getString("expression"));
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            boolean later = false;
            for (MessageExt message : messages) {
                events.accept(JSONObject.of("event", "message", "consumer", name, "message", describe(message)));
                later |= message.getReconsumeTimes() < retries;
            }
            return later ? ConsumeConcurrentlyStatus.RECONSUME_LATER : ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        consumers.put(name, consumer);
        return new JSONObject();
    }

    private JSONObject stop(JSONObject command) {
        DefaultMQPushConsumer consumer = consumers.remove(command.getString("name"));
        if (consumer == null) {
            throw new IllegalArgumentException("no consumer " + command.getString("name"));
        }
        consumer.shutdown();
        return new JSONObject();
    }

    private static JSONObject describe(MessageExt message) {
        byte[] body = message.getBody();
        JSONObject result = new JSONObject();
        result.put("topic", message.getTopic());
        result.put("brokerName", message.getBrokerName());
        result.put("queueId", message.getQueueId());
        result.put("queueOffset", Long.toString(message.getQueueOffset()));
        result.put("messageId", message.getMsgId());
        result.put("offsetMessageId", message instanceof MessageClientExt ext ? ext.getOffsetMsgId() : message.getMsgId());
        result.put("tags", message.getTags() == null ? "" : message.getTags());
        result.put("keys", message.getKeys() == null ? "" : message.getKeys());
        result.put("properties", message.getProperties());
        result.put("flag", message.getFlag());
        result.put("reconsumeTimes", message.getReconsumeTimes());
        result.put("bornTimestamp", message.getBornTimestamp());
        result.put("storeTimestamp", message.getStoreTimestamp());
        result.put("bodyBytes", body.length);
        result.put("bodySha256", sha256(body));
        if (body.length <= LARGEST_BODY) {
            result.put("body", Base64.getEncoder().encodeToString(body));
        }
        return result;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
