package io.apexproxy.runtime.config.read;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.Keepalive;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import java.time.Duration;
import java.util.Optional;

/** Reader of {@code keepalive}: {@code "on"}, {@code "off"}, or a table with the values that are not the default. */
final class KeepaliveReader {

    private static final String KEY = "keepalive";
    private static final String ON = "on";
    private static final String OFF = "off";
    /** Limits of Linux: MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL and MAX_TCP_KEEPCNT. Other systems have higher limits. */
    private static final int MAX_SECONDS = 32_767;
    private static final int MAX_PROBES = 127;

    private static final ValueType<ConfigTree> TYPE = new ValueType<>(
            "\"on\", \"off\" or a table such as { idle = \"60s\", interval = \"10s\", count = 6 }",
            value -> Optional.of(value).filter(KeepaliveReader::isValid), KeepaliveReader::hint);

    private static final ValueType<Duration> SECONDS = new ValueType<>(
            "whole seconds from \"1s\" to \"" + MAX_SECONDS + "s\"",
            value -> ValueType.DURATION.conversion().apply(value).filter(KeepaliveReader::isWholeSeconds),
            value -> ValueType.DURATION.conversion().apply(value).isPresent()
                    ? "" : ValueType.DURATION.hint().apply(value));

    private KeepaliveReader() {
    }

    /**
     * Reads the setting. The default replaces a missing or invalid value; the latter is recorded as a mistake.
     *
     * @return the values; empty for {@code "off"}
     */
    static Optional<Keepalive> read(TreeSettings settings) {
        ConfigTree value = settings.read(KEY, TYPE).orElse(null);
        if (value instanceof ConfigTree.Table table) {
            return Optional.of(values(settings.open(table, settings.path(KEY))));
        }
        boolean off = value != null && ValueType.text(value).filter(OFF::equals).isPresent();
        return off ? Optional.empty() : Optional.of(Keepalive.DEFAULT);
    }

    private static Keepalive values(TreeSettings table) {
        return new Keepalive(
                table.read("idle", SECONDS).orElse(Keepalive.DEFAULT.idle()),
                table.read("interval", SECONDS).orElse(Keepalive.DEFAULT.interval()),
                (int) table.integer("count", 1, MAX_PROBES, Keepalive.DEFAULT.count()));
    }

    private static boolean isValid(ConfigTree value) {
        return value instanceof ConfigTree.Table
                || ValueType.text(value).filter(text -> text.equals(ON) || text.equals(OFF)).isPresent();
    }

    private static String hint(ConfigTree value) {
        return ValueType.BOOL.conversion().apply(value)
                .map(on -> "; write \"" + (on ? ON : OFF) + "\"").orElse("");
    }

    private static boolean isWholeSeconds(Duration duration) {
        return duration.toMillisPart() == 0 && duration.toSeconds() <= MAX_SECONDS;
    }
}
