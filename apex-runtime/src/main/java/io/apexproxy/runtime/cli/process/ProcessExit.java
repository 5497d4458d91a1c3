package io.apexproxy.runtime.cli.process;

import java.util.concurrent.TimeUnit;

/**
 * A time limit for the exit of the process.
 *
 * <p>{@link System#exit} waits for shutdown hooks without a limit. The hook of Logback blocks if an appender waits for
 * an output that is not read.
 */
public final class ProcessExit {

    /** Time for shutdown hooks: twice the flush time of the log queue. */
    private static final long HOOK_TIMEOUT_MILLIS = 1_000;

    private ProcessExit() {
    }

    /** Halts the process after one second, even if shutdown hooks still run. Call it immediately before the exit. */
    public static void scheduleHalt(int status) {
        Thread halt = new Thread(() -> halt(status), "apex-halt");
        halt.setDaemon(true);
        try {
            halt.start();
        } catch (OutOfMemoryError e) { // no thread can be created: the threads of shutdown hooks cannot start either
            return;
        }
    }

    private static void halt(int status) {
        try {
            TimeUnit.MILLISECONDS.sleep(HOOK_TIMEOUT_MILLIS);
        } catch (InterruptedException e) { // Apex does not interrupt this thread
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(status);
    }
}
