import com.alibaba.fastjson2.JSONObject;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.SerializeType;
import org.apache.rocketmq.remoting.protocol.header.SendMessageRequestHeaderV2;

/** What Java's own codec needs for one frame, or one message of a pull: the median of some rounds, in nanoseconds. */
final class CodecBenchmark {
    private static final int LENGTH_BYTES = 4;
    private static final int WARM_UP_ROUNDS = 5;
    private static final int ROUNDS = 7;

    /** Something to measure. What it returns is summed up, so that nothing of it can be left out. */
    private interface Work {
        int run() throws Exception;
    }

    private int sink;

    void addTo(Map<String, Peer.Verb> verbs) {
        verbs.put("codec.benchmark", this::run);
    }

    private JSONObject run(JSONObject command) throws Exception {
        byte[] json = Base64.getDecoder().decode(command.getString("json"));
        byte[] binary = Base64.getDecoder().decode(command.getString("rocketmq"));
        byte[] pull = Base64.getDecoder().decode(command.getString("pull"));
        int times = command.getIntValue("times");
        int messages = MessageDecoder.decodes(ByteBuffer.wrap(pull)).size();
        RemotingCommand read = decode(json);
        SendMessageRequestHeaderV2 header =
            (SendMessageRequestHeaderV2) read.decodeCommandCustomHeader(SendMessageRequestHeaderV2.class);
        byte[] body = read.getBody();
        JSONObject result = new JSONObject();
        result.put("encode json", median(times, () -> encode(read.getCode(), header, body, SerializeType.JSON)));
        result.put("encode rocketmq", median(times, () -> encode(read.getCode(), header, body, SerializeType.ROCKETMQ)));
        result.put("decode json", median(times, () -> decode(json).getExtFields().size()));
        result.put("decode rocketmq", median(times, () -> decode(binary).getExtFields().size()));
        result.put("pull", median(times / messages, () -> properties(pull)) / messages);
        result.put("sink", sink);
        return result;
    }

    private static int encode(int code, SendMessageRequestHeaderV2 header, byte[] body, SerializeType type) {
        RemotingCommand command = RemotingCommand.createRequestCommand(code, header);
        command.setSerializeTypeCurrentRPC(type);
        command.setBody(body);
        return command.encode().remaining();
    }

    private static RemotingCommand decode(byte[] bytes) throws Exception {
        return RemotingCommand.decode(ByteBuffer.wrap(bytes, LENGTH_BYTES, bytes.length - LENGTH_BYTES).slice());
    }

    private static int properties(byte[] pull) {
        int sum = 0;
        for (MessageExt message : MessageDecoder.decodes(ByteBuffer.wrap(pull))) {
            sum += message.getProperties().size();
        }
        return sum;
    }

    private double median(int times, Work work) throws Exception {
        double[] rounds = new double[ROUNDS];
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int turn = 0; turn < times; turn++) {
                sink += work.run();
            }
            if (round >= 0) {
                rounds[round] = (System.nanoTime() - start) / (double) times;
            }
        }
        Arrays.sort(rounds);
        return rounds[ROUNDS / 2];
    }
}
