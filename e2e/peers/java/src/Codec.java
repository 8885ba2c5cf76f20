import com.alibaba.fastjson2.JSONArray;
import com.alibaba.fastjson2.JSONObject;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RemotingSerializable;
import org.apache.rocketmq.remoting.protocol.SerializeType;

/** The commands that show how Java reads and writes bytes: each takes a list of base64 and answers item by item. */
final class Codec {
    private static final int LENGTH_BYTES = 4;

    /** What is done with one item. */
    private interface Work {
        JSONObject on(byte[] bytes) throws Exception;
    }

    void addTo(Map<String, Peer.Verb> verbs) {
        verbs.put("codec.frames", command -> each(command, this::frame));
        verbs.put("codec.messages", command -> each(command, this::message));
        verbs.put("codec.batches", command -> each(command, this::batch));
        verbs.put("codec.bodies", command -> {
            Class<?> type = Class.forName("org.apache.rocketmq." + command.getString("class"));
            return each(command, bytes -> JSONObject.of("bytes",
                base64(RemotingSerializable.encode(RemotingSerializable.decode(bytes, type)))));
        });
    }

    /** An item that Java refuses does not hold up the others. */
    private static JSONObject each(JSONObject command, Work work) {
        JSONArray results = new JSONArray();
        for (Object item : command.getJSONArray("items")) {
            try {
                results.add(work.on(Base64.getDecoder().decode((String) item)));
            } catch (Throwable thrown) {
                results.add(JSONObject.of("refused", thrown.toString()));
            }
        }
        return JSONObject.of("items", results);
    }

    /** Reads a frame, then writes it in both forms. */
    private JSONObject frame(byte[] bytes) throws Exception {
        RemotingCommand command = RemotingCommand.decode(
            ByteBuffer.wrap(Arrays.copyOfRange(bytes, LENGTH_BYTES, bytes.length)));
        JSONObject seen = JSONObject.of("code", command.getCode(), "language", String.valueOf(command.getLanguage()),
            "version", command.getVersion(), "opaque", command.getOpaque(), "flag", command.getFlag());
        seen.put("remark", command.getRemark());
        seen.put("extFields", command.getExtFields() == null ? null : new TreeMap<>(command.getExtFields()));
        seen.put("body", base64(command.getBody()));
        seen.put("json", base64(written(command, SerializeType.JSON)));
        if (command.getCode() == (short) command.getCode() && command.getVersion() == (short) command.getVersion()) {
            seen.put("rocketmq", base64(written(command, SerializeType.ROCKETMQ)));
        }
        return seen;
    }

    private static byte[] written(RemotingCommand command, SerializeType type) {
        command.setSerializeTypeCurrentRPC(type);
        ByteBuffer buffer = command.encode();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** Reads a stored message, body as stored, then writes it. */
    private JSONObject message(byte[] bytes) throws Exception {
        MessageExt message = MessageDecoder.decode(ByteBuffer.wrap(bytes), true, false);
        if (message.getProperties() == null) {
            // Java reads no properties as null, which its encoder does not take.
            MessageAccessor.setProperties(message, new HashMap<>());
        }
        JSONObject seen = JSONObject.of("topic", message.getTopic(), "queueId", message.getQueueId(),
            "queueOffset", Long.toString(message.getQueueOffset()),
            "physicalOffset", Long.toString(message.getCommitLogOffset()), "flag", message.getFlag());
        seen.put("sysFlag", message.getSysFlag());
        seen.put("bodyCrc", message.getBodyCRC());
        seen.put("reconsumeTimes", message.getReconsumeTimes());
        seen.put("bornTimestamp", message.getBornTimestamp());
        seen.put("storeTimestamp", message.getStoreTimestamp());
        seen.put("bornHost", address(message.getBornHost()));
        seen.put("storeHost", address(message.getStoreHost()));
        seen.put("preparedTransactionOffset", Long.toString(message.getPreparedTransactionOffset()));
        seen.put("properties", new TreeMap<>(message.getProperties()));
        seen.put("body", base64(message.getBody()));
        seen.put("messageId", message.getMsgId());
        seen.put("bytes", base64(MessageDecoder.encode(message, false)));
        return seen;
    }

    /** Reads the body of a batch, then writes it. */
    private JSONObject batch(byte[] bytes) throws Exception {
        List<Message> messages = MessageDecoder.decodeMessages(ByteBuffer.wrap(bytes));
        JSONArray items = new JSONArray();
        for (Message message : messages) {
            Map<String, String> properties = message.getProperties() == null ? Map.of() : message.getProperties();
            items.add(JSONObject.of("flag", message.getFlag(), "body", base64(message.getBody()),
                "properties", new TreeMap<>(properties)));
        }
        return JSONObject.of("messages", items, "bytes", base64(MessageDecoder.encodeMessages(messages)));
    }

    private static String address(SocketAddress address) {
        InetSocketAddress inet = (InetSocketAddress) address;
        return base64(inet.getAddress().getAddress()) + ":" + inet.getPort();
    }

    private static String base64(byte[] bytes) {
        return bytes == null ? "" : Base64.getEncoder().encodeToString(bytes);
    }
}
