package io.apexproxy.runtime.log;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/**
 * The converter of {@code %msg} in {@code conf/logback.xml}: the message, escaped and shortened to one line.
 *
 * <p>Apex also cleans text of unknown origin before it logs it. This converter protects the lines of plugins, too.
 */
public final class CleanMessageConverter extends MessageConverter {

    /** Characters; longer than any line of Apex, and a bound for plugins that log received data. */
    static final int MAX_LINE_LENGTH = 4_000;

    /** Creates a converter. Called by Logback. */
    public CleanMessageConverter() {
    }

    @Override
    public String convert(ILoggingEvent line) {
        return CleanText.bounded(super.convert(line), MAX_LINE_LENGTH);
    }
}
