package io.apexproxy.runtime.cli;

import java.util.concurrent.TimeUnit;

/**
 * Bounds the end of the process.
 *
 * <p>{@link System#exit} waits for shutdown hooks without a limit. That of Logback blocks where an appender of the user
 * waits for an output that nothing reads.
 */
final class ProcessExit {

    /** For shutdown hooks: twice what the log's queue takes at most. */
    private static final long HOOKS_MILLIS = 1_000;

    private ProcessExit() {
    }

    /**
     * Ends the process after a second, whatever its shutdown hooks do then. To be called just before it exits.
     *
     * @param status the exit status of the process
     */
    static void haltSoon(int status) {
        Thread halt = new Thread(() -> halt(status), "apex-halt");
        halt.setDaemon(true);
        try {
            halt.start();
        } catch (OutOfMemoryError e) { // no thread is left: shutdown hooks, which are threads, do not run either
            return;
        }
    }

    private static void halt(int status) {
        try {
            TimeUnit.MILLISECONDS.sleep(HOOKS_MILLIS);
        } catch (InterruptedException e) { // nothing interrupts this thread; if so, the end is near all the same
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(status);
    }
}
