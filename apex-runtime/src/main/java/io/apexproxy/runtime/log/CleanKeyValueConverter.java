package io.apexproxy.runtime.log;

import ch.qos.logback.classic.pattern.KeyValuePairConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** The converter of {@code %kvp} in {@code conf/logback.xml}: the key-value pairs of a line, escaped. */
public final class CleanKeyValueConverter extends KeyValuePairConverter {

    /** Creates a converter. Called by Logback. */
    public CleanKeyValueConverter() {
    }

    @Override
    public String convert(ILoggingEvent line) {
        return CleanText.bounded(super.convert(line), CleanMessageConverter.MAX_LINE_LENGTH);
    }
}
