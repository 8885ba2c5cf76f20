import com.alibaba.fastjson2.JSONObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.rocketmq.tools.command.MQAdminStartup;

/**
 * Runs one mqadmin command as the script of that name would, without starting another JVM for it. The tools print their
 * answer, and their failures, to System.out and System.err: only one can run at a time.
 */
final class Admin implements Peer.Verb {
    @Override
    public synchronized JSONObject run(JSONObject command) throws Exception {
        String[] args = command.getJSONArray("args").toArray(String.class);
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setOut(capture);
        System.setErr(capture);
        try {
            MQAdminStartup.main0(args, null);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return JSONObject.of("output", printed.toString(StandardCharsets.UTF_8));
    }
}
