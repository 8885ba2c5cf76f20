import com.alibaba.fastjson2.JSONObject;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Counts messages; takes wall-clock and CPU time of the process between the end of the warm-up and the last message. */
final class Measurement {
    private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final long warmUp;
    private final long total;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile long wallStart;
    private volatile long cpuStart;
    private volatile long wallEnd;
    private volatile long cpuEnd;

    Measurement(JSONObject command) {
        warmUp = command.getLongValue("warmUp");
        total = warmUp + command.getLongValue("messages");
        if (warmUp == 0) {
            begin();
        }
    }

    void add(long count) {
        long before = done.getAndAdd(count);
        long now = before + count;
        if (before < warmUp && now >= warmUp) {
            begin();
        }
        if (before < total && now >= total) {
            wallEnd = System.nanoTime();
            cpuEnd = SYSTEM.getProcessCpuTime();
            finished.countDown();
        }
    }

    void fail() {
        failed.incrementAndGet();
        add(1);
    }

    JSONObject result(long timeoutMs) throws InterruptedException {
        if (!finished.await(timeoutMs, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("only " + done.get() + " of " + total + " messages in " + timeoutMs + " ms");
        }
        return JSONObject.of("messages", total - warmUp, "seconds", (wallEnd - wallStart) / 1e9,
            "cpuSeconds", (cpuEnd - cpuStart) / 1e9, "failed", failed.get());
    }

    private void begin() {
        wallStart = System.nanoTime();
        cpuStart = SYSTEM.getProcessCpuTime();
    }
}
