package io.apexproxy.runtime.log;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** The output of the log as a whole. */
public final class LogOutput {

    private LogOutput() {
    }

    /**
     * Writes the lines that wait in queues, and ends the log. A command that also prints to standard output calls it
     * before its last line, so that the lines are in their order. Blocks up to the flush time of {@link QueueAppender}.
     * Does nothing if the log is not Logback.
     */
    public static void end() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }
}
