package io.apexproxy.runtime.relay;

import io.apexproxy.runtime.config.Address;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line per session, at its end: where it came from, where it went, how long, how much, and why it ended. */
final class AccessLog {

    private static final Logger LOG = LoggerFactory.getLogger("apex.access");
    private static final long TENTH_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private AccessLog() {
    }

    static boolean isOn() {
        return LOG.isInfoEnabled();
    }

    static void write(Session.Summary session, Ending ending) {
        LOG.atInfo()
                .addKeyValue("client", Address.text(session.client()))
                .addKeyValue("listener", session.listener())
                .addKeyValue("backend", session.backend())
                .addKeyValue("connect_ms", session.connectedNanos() == 0
                        ? "-" : millis(session.connectedNanos() - session.acceptedNanos()))
                .addKeyValue("duration_ms", millis(session.endedNanos() - session.acceptedNanos()))
                .addKeyValue("from_client", session.bytesFromClient())
                .addKeyValue("from_backend", session.bytesFromBackend())
                .addKeyValue("attempts", session.attempts())
                .log(ending.label());
    }

    /** In tenths: a loopback connection takes less than one millisecond. */
    private static String millis(long nanos) {
        long tenths = nanos / TENTH_NANOS;
        return tenths / 10 + "." + tenths % 10;
    }
}
