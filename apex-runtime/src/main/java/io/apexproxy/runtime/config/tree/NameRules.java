package io.apexproxy.runtime.config.tree;

import io.apexproxy.runtime.log.CleanText;
import java.util.regex.Pattern;

/** Rules for the names of listeners, pools and backends, which are in log lines and metric labels. */
public final class NameRules {

    /** Log lines cut longer names. */
    static final int MAX_LENGTH = CleanText.MAX_PIECE_LENGTH;

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.-]+");

    /** The type of a value that is a name. */
    public static final ValueType<String> TYPE = new ValueType<>("a name of letters, digits, '_', '-' and '.'",
            value -> ValueType.text(value).filter(NameRules::isValid),
            value -> ValueType.text(value).map(NameRules::hint).orElse(""));

    private NameRules() {
    }

    /** Returns whether the characters and the length of a name are allowed. */
    public static boolean isValid(String name) {
        return name.length() <= MAX_LENGTH && FORM.matcher(name).matches();
    }

    /**
     * Returns the hint for an invalid name: text that begins with "; " if the name is too long, otherwise empty text.
     */
    public static String hint(String name) {
        return name.length() > MAX_LENGTH ? "; it has at most " + MAX_LENGTH + " characters" : "";
    }
}
