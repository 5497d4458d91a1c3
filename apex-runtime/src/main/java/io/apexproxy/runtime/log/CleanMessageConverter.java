package io.apexproxy.runtime.log;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/**
 * The message of a log line, {@code %msg} of {@code conf/logback.xml}: one line, of bounded length, whatever is in it.
 *
 * <p>It is the last defence. The places that log text of unknown origin clean and cut it themselves; plugins need not.
 */
public final class CleanMessageConverter extends MessageConverter {

    /** More than Apex itself writes in one line; less than fills a disk when a plugin logs what it received. */
    static final int LONGEST_LINE = 4_000;

    /** Creates a converter: called by Logback. */
    public CleanMessageConverter() {
    }

    @Override
    public String convert(ILoggingEvent line) {
        return CleanText.bounded(super.convert(line), LONGEST_LINE);
    }
}
