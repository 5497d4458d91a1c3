package io.apexproxy.runtime.config.tree;

import io.apexproxy.runtime.log.CleanText;
import java.util.regex.Pattern;

/** Rules for the names of listeners, pools and backends: log lines and metric labels contain them. */
public final class NameRules {

    /** A longer one would not be shown as a whole. */
    static final int LONGEST = CleanText.LONGEST_PIECE;

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.-]+");

    /** A name that is a value. */
    public static final ValueType<String> TYPE = new ValueType<>("a name of letters, digits, '_', '-' and '.'",
            value -> ValueType.text(value).filter(NameRules::isGood),
            value -> ValueType.text(value).map(NameRules::hint).orElse(""));

    private NameRules() {
    }

    /**
     * Returns whether a name is valid.
     *
     * @param name as the user wrote it
     * @return {@code true} if its characters and its length are allowed
     */
    public static boolean isGood(String name) {
        return name.length() <= LONGEST && FORM.matcher(name).matches();
    }

    /**
     * Returns the way out for a name that is not valid.
     *
     * @param name as the user wrote it
     * @return text that begins with "; " for a name that is too long; else empty text
     */
    public static String hint(String name) {
        return name.length() > LONGEST ? "; it has at most " + LONGEST + " characters" : "";
    }
}
