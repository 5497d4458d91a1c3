package io.apexproxy.runtime.config;

import java.util.regex.Pattern;

/** Names that the user gives to listeners, pools and backends; they become words of the log and labels of metrics. */
final class Names {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.-]+");

    /** A name that is a value. */
    static final ValueType<String> TYPE = new ValueType<>("a name of letters, digits, '_', '-' and '.'",
            value -> ValueType.text(value).filter(Names::isGood), value -> "");

    private Names() {
    }

    static boolean isGood(String name) {
        return FORM.matcher(name).matches();
    }
}
