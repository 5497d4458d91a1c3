package io.apexproxy.runtime.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * An encoder that writes an access line as one flat JSON object: its time, its cause and its fields. Numbers are JSON
 * numbers. A field without a value, {@code -} in the text format, is null.
 */
public final class AccessJsonEncoder extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = {};
    private static final int INITIAL_BYTES = 512;
    private static final String NONE = "-";

    /** Creates an encoder. Called by Logback. */
    public AccessJsonEncoder() {
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent line) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(INITIAL_BYTES);
        try {
            Json.write(line, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toByteArray();
    }

    /**
     * The code that uses the JSON library. Logback always creates the encoder. This class defers loading the library
     * until the first JSON line, for a faster start and less memory.
     */
    private static final class Json {

        private static final JsonFactory FACTORY = new JsonFactory();

        static void write(ILoggingEvent line, OutputStream text) throws IOException {
            try (JsonGenerator json = FACTORY.createGenerator(text)) {
                json.writeStartObject();
                json.writeStringField("time", Instant.ofEpochMilli(line.getTimeStamp()).toString());
                json.writeStringField("cause", line.getFormattedMessage());
                List<KeyValuePair> fields = line.getKeyValuePairs();
                if (fields != null) {
                    for (KeyValuePair field : fields) {
                        json.writeFieldName(field.key);
                        write(json, field.value);
                    }
                }
                json.writeEndObject();
                json.writeRaw('\n');
            }
        }

        private static void write(JsonGenerator json, Object value) throws IOException {
            if (value instanceof BigDecimal number) {
                json.writeNumber(number);
            } else if (value instanceof Integer || value instanceof Long) {
                json.writeNumber(((Number) value).longValue());
            } else if (value == null || value.equals(NONE)) {
                json.writeNull();
            } else {
                json.writeString(value.toString());
            }
        }
    }
}
