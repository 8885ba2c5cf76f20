import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONObject;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.rocketmq.common.MQVersion;

/** Reads commands from stdin, runs each on a thread of its own, writes answers and events to stdout. See PROTOCOL.md. */
public final class Peer {
    /** One thing the peer can do. */
    interface Verb {
        JSONObject run(JSONObject command) throws Exception;
    }

    private final Map<String, Verb> verbs = new ConcurrentHashMap<>();
    private final PrintStream out;

    private Peer(PrintStream out) {
        this.out = out;
        verbs.put("hello", command -> JSONObject.of("client", "java " + MQVersion.getVersionDesc(MQVersion.CURRENT_VERSION)));
        new Producers().addTo(verbs);
        new Consumers(this::write).addTo(verbs);
        new Benchmarks().addTo(verbs);
        new Codec().addTo(verbs);
        new CodecBenchmark().addTo(verbs);
        verbs.put("mqadmin", new Admin());
    }

    public static void main(String[] args) throws Exception {
        // The client and the tools print to System.out when they like: that must not get between the JSON lines.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        System.setOut(System.err);
        new Peer(out).serve();
        // Clients leave non-daemon threads behind; whoever closed stdin wants the process gone.
        Runtime.getRuntime().halt(0);
    }

    private void serve() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JSONObject command = JSON.parseObject(line);
            threads.execute(() -> write(answer(command)));
        }
    }

    private JSONObject answer(JSONObject command) {
        Object id = command.get("id");
        try {
            Verb verb = verbs.get(command.getString("do"));
            if (verb == null) {
                throw new IllegalArgumentException("unknown command " + command.getString("do"));
            }
            return JSONObject.of("id", id, "result", verb.run(command));
        } catch (Throwable thrown) {
            return JSONObject.of("id", id, "error", thrown.toString());
        }
    }

    private synchronized void write(JSONObject line) {
        out.println(line.toJSONString());
        out.flush();
    }
}
