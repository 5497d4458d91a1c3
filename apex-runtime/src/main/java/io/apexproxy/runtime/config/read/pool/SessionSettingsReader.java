package io.apexproxy.runtime.config.read.pool;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.pool.DrainRule;
import io.apexproxy.runtime.config.pool.Rebalance;
import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reader of the settings of a pool that end open connections. A value is a word, or a table with the values that the
 * word stands for. Defaults replace invalid values.
 */
public final class SessionSettingsReader {

    private static final String KEEP = "keep";
    private static final String CLOSE = "close";
    private static final String DRAIN = "drain";
    private static final String REBALANCE = "rebalance";
    private static final String ON = "on";
    private static final String OFF = "off";
    private static final int MAX_PERCENT = 100; // a higher rate is no limit that anything needs

    private static final ValueType<ConfigTree> RULE = wordOrTable(List.of(KEEP, CLOSE),
            "\"keep\", \"close\" or a table such as { drain = \"30s\" }");
    private static final ValueType<ConfigTree> SWITCH = wordOrTable(List.of(OFF, ON),
            "\"off\", \"on\" or a table such as { percent_per_minute = 5, idle = \"10s\" }");

    private SessionSettingsReader() {
    }

    /** Reads the settings from {@code [pools.NAME]}. */
    public static SessionSettings read(TreeSettings pool) {
        return new SessionSettings(drainRule(pool, "on_backend_down"), drainRule(pool, "on_backend_removed"),
                pool.durationOrZero("max_connection_age"), rebalance(pool));
    }

    private static ValueType<ConfigTree> wordOrTable(List<String> words, String expected) {
        return new ValueType<>(expected,
                value -> Optional.of(value).filter(any -> any instanceof ConfigTree.Table
                        || ValueType.text(any).filter(words::contains).isPresent()),
                value -> "");
    }

    private static DrainRule drainRule(TreeSettings pool, String key) {
        ConfigTree value = pool.read(key, RULE).orElse(null);
        if (value instanceof ConfigTree.Table table) {
            TreeSettings settings = pool.open(table, pool.path(key));
            Optional<Duration> within = settings.read(DRAIN, ValueType.DURATION);
            settings.require(DRAIN, "a duration such as \"30s\"");
            return within.map(DrainRule::drain).orElse(DrainRule.KEEP);
        }
        return isWord(value, CLOSE) ? DrainRule.CLOSE : DrainRule.KEEP;
    }

    private static Optional<Rebalance> rebalance(TreeSettings pool) {
        ConfigTree value = pool.read(REBALANCE, SWITCH).orElse(null);
        if (value instanceof ConfigTree.Table table) {
            TreeSettings settings = pool.open(table, pool.path(REBALANCE));
            int percent = (int) settings.integer("percent_per_minute", 1, MAX_PERCENT,
                    Rebalance.DEFAULT.percentPerMinute());
            return Optional.of(new Rebalance(percent, settings.duration("idle", Rebalance.DEFAULT.idle())));
        }
        return isWord(value, ON) ? Optional.of(Rebalance.DEFAULT) : Optional.empty();
    }

    private static boolean isWord(ConfigTree value, String word) {
        return value != null && ValueType.text(value).filter(word::equals).isPresent();
    }
}
