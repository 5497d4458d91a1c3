package io.apexproxy.runtime.log;

import ch.qos.logback.classic.pattern.KeyValuePairConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** The key-value pairs of a log line, {@code %kvp} of {@code conf/logback.xml}, without characters that end a line. */
public final class CleanKeyValueConverter extends KeyValuePairConverter {

    private static final int LONGEST_LINE = 4_000;

    /** Creates a converter: called by Logback. */
    public CleanKeyValueConverter() {
    }

    @Override
    public String convert(ILoggingEvent line) {
        return CleanText.bounded(super.convert(line), LONGEST_LINE);
    }
}
