package io.apexproxy.runtime.relay;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The identifier of a session, unique until the end of the process.
 *
 * @param loop the number of its loop
 * @param number the number of the session on its loop, from 1
 */
public record SessionId(int loop, long number) {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,4})-(\\d{1,18})");

    /** Returns the identifier of a text such as {@code 0-17}; empty if the text is not one. */
    public static Optional<SessionId> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new SessionId(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return loop + "-" + number;
    }
}
