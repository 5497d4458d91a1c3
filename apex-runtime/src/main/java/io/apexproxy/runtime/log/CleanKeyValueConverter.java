package io.apexproxy.runtime.log;

import ch.qos.logback.classic.pattern.KeyValuePairConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** The key-value pairs of a log line, {@code %kvp} of {@code conf/logback.xml}, without characters that end a line. */
public final class CleanKeyValueConverter extends KeyValuePairConverter {

    /** Creates a converter: called by Logback. */
    public CleanKeyValueConverter() {
    }

    @Override
    public String convert(ILoggingEvent line) {
        return CleanText.bounded(super.convert(line), CleanMessageConverter.LONGEST_LINE);
    }
}
