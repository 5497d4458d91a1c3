package io.apexproxy.runtime.control;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.apexproxy.runtime.log.CleanText;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** The levels of loggers that operators have changed until the next start. Thread-safe. */
final class LogLevels {

    private static final String DEFAULT = "default";
    private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_$]+([.-][A-Za-z0-9_$]+)*");
    private static final int MAX_NAME_LENGTH = 200;
    /** A logger that Logback has created once exists until the end of the process. */
    private static final int MAX_CHANGED = 100;

    /** The level of the configuration of each changed logger; empty if it has that of its parent. */
    private final Map<String, Optional<Level>> configured = new HashMap<>();

    /**
     * Changes the level of a logger.
     *
     * @param name the name of the logger, or {@code ROOT}
     * @param word a level in any case, or {@code default} for the level of the configuration of the log
     * @return the level that is in force
     * @throws BadQueryException if the name or the level is invalid, or the log is not Logback
     */
    synchronized String change(String name, String word) throws BadQueryException {
        String level = word.toUpperCase(Locale.ROOT);
        boolean reset = word.equalsIgnoreCase(DEFAULT);
        if (!reset && !LEVELS.contains(level)) {
            throw new BadQueryException("level: expected " + String.join(", ", LEVELS) + " or " + DEFAULT + ", found '"
                    + CleanText.piece(word) + "'");
        }
        if (name.length() > MAX_NAME_LENGTH || !NAME.matcher(name).matches()) {
            throw new BadQueryException("logger: expected a name such as apex.relay, or ROOT, found '"
                    + CleanText.piece(name) + "'");
        }
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (!(factory instanceof LoggerContext context)) {
            throw new BadQueryException("the log of this process is not Logback; its levels cannot be changed");
        }
        if (reset) {
            Optional<Level> before = configured.getOrDefault(name, Optional.empty());
            if (configured.remove(name) != null) {
                context.getLogger(name).setLevel(before.orElse(null));
            }
        } else {
            if (configured.size() >= MAX_CHANGED && !configured.containsKey(name)) {
                throw new BadQueryException("the levels of " + MAX_CHANGED + " loggers are changed, the limit; reset"
                        + " one with the level " + DEFAULT);
            }
            Logger logger = context.getLogger(name);
            configured.putIfAbsent(name, Optional.ofNullable(logger.getLevel()));
            logger.setLevel(Level.toLevel(level));
        }
        Logger existing = context.exists(name);
        return existing == null ? DEFAULT : existing.getEffectiveLevel().toString();
    }
}
