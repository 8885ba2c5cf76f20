import com.alibaba.fastjson2.JSONObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;

/** The commands that send. */
final class Producers {
    private final Map<String, DefaultMQProducer> producers = new ConcurrentHashMap<>();

    void addTo(Map<String, Peer.Verb> verbs) {
        verbs.put("producer.start", this::start);
        verbs.put("producer.send", this::send);
        verbs.put("producer.sendBatch", this::sendBatch);
        verbs.put("producer.stop", this::stop);
    }

    private JSONObject start(JSONObject command) throws Exception {
        String name = command.getString("name");
        DefaultMQProducer producer = new DefaultMQProducer(command.getString("group"));
        producer.setNamesrvAddr(command.getString("nameServer"));
        // Each producer is a client of its own, with connections of its own.
        producer.setInstanceName(name);
        if (command.containsKey("compressOverBytes")) {
            producer.setCompressMsgBodyOverHowmuch(command.getIntValue("compressOverBytes"));
        }
        if (command.containsKey("timeoutMs")) {
            producer.setSendMsgTimeout(command.getIntValue("timeoutMs"));
        }
        producer.start();
        producers.put(name, producer);
        return new JSONObject();
    }

    private JSONObject send(JSONObject command) throws Exception {
        DefaultMQProducer producer = named(command);
        Message message = message(command.getJSONObject("message"));
        if (command.getBooleanValue("oneway")) {
            producer.sendOneway(message);
            return new JSONObject();
        }
        return result(producer.send(message));
    }

    private JSONObject sendBatch(JSONObject command) throws Exception {
        List<Message> messages = new ArrayList<>();
        for (Object each : command.getJSONArray("messages")) {
            messages.add(message((JSONObject) each));
        }
        return result(named(command).send(messages));
    }

    private JSONObject stop(JSONObject command) {
        DefaultMQProducer producer = named(command);
        producers.remove(command.getString("name"));
        producer.shutdown();
        return new JSONObject();
    }

    private DefaultMQProducer named(JSONObject command) {
        DefaultMQProducer producer = producers.get(command.getString("name"));
        if (producer == null) {
            throw new IllegalArgumentException("no producer " + command.getString("name"));
        }
        return producer;
    }

    private static Message message(JSONObject from) {
        Message message = new Message(from.getString("topic"), Base64.getDecoder().decode(from.getString("body")));
        if (from.containsKey("tags")) {
            message.setTags(from.getString("tags"));
        }
        if (from.containsKey("keys")) {
            message.setKeys(from.getJSONArray("keys").toList(String.class));
        }
        if (from.containsKey("properties")) {
            from.getJSONObject("properties").forEach((name, value) -> message.putUserProperty(name, (String) value));
        }
        if (from.containsKey("delayLevel")) {
            message.setDelayTimeLevel(from.getIntValue("delayLevel"));
        }
        message.setFlag(from.getIntValue("flag"));
        return message;
    }

    private static JSONObject result(SendResult from) {
        JSONObject result = new JSONObject();
        result.put("status", from.getSendStatus().name());
        result.put("messageId", from.getMsgId());
        result.put("offsetMessageId", from.getOffsetMsgId());
        result.put("brokerName", from.getMessageQueue().getBrokerName());
        result.put("queueId", from.getMessageQueue().getQueueId());
        result.put("queueOffset", Long.toString(from.getQueueOffset()));
        return result;
    }
}
