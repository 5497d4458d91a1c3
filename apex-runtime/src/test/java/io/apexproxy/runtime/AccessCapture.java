package io.apexproxy.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Records lines of the access log, and keeps them from the console, until it is closed. Any thread. */
final class AccessCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger("apex.access");
    private final List<Double> durations = new CopyOnWriteArrayList<>();
    private final List<String> backends = new CopyOnWriteArrayList<>();

    AccessCapture() {
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
        logger.addAppender(this);
        start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.getKeyValuePairs().stream().filter(pair -> pair.key.equals("duration_ms"))
                .forEach(pair -> durations.add(Double.valueOf(pair.value.toString())));
        event.getKeyValuePairs().stream().filter(pair -> pair.key.equals("backend"))
                .forEach(pair -> backends.add(event.getMessage() + " " + pair.value));
    }

    /** Returns the duration of each session that has ended, in milliseconds, from accept to end. */
    List<Double> durations() {
        return durations;
    }

    /** Returns the cause and the backend of each session that has ended. */
    List<String> backends() {
        return backends;
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setAdditive(true);
        logger.setLevel(null);
    }
}
