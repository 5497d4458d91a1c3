package io.apexproxy.runtime.overrides;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header of a table of TOML on one line: {@code [pools.web.backends."127.0.0.1:9000"]}. Pure. */
final class HeaderLine {

    private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern KEY = Pattern.compile("\\G\\s*(?:(?<bare>[A-Za-z0-9_-]+)|'(?<literal>[^']*)'"
            + "|\"(?<basic>(?:[^\"\\\\]|\\\\.)*)\")\\s*(?<end>[.\\]])");
    private static final Pattern REST = Pattern.compile("\\s*(?:#.*)?");
    private static final Pattern UNICODE = Pattern.compile("\\\\(?:u(?<four>[0-9A-Fa-f]{4})|(?<one>.))");
    private static final int HEX = 16;

    private HeaderLine() {
    }

    /** Returns the keys of a header; empty if the line is not the header of a table. */
    static Optional<List<String>> keys(String line) {
        String text = line.strip();
        if (!text.startsWith("[")) {
            return Optional.empty();
        }
        List<String> keys = new ArrayList<>();
        Matcher key = KEY.matcher(text).region(1, text.length());
        while (key.find()) {
            keys.add(key.group("bare") != null ? key.group("bare")
                    : key.group("literal") != null ? key.group("literal") : unescape(key.group("basic")));
            if (key.group("end").equals("]")) {
                return REST.matcher(text.substring(key.end())).matches() ? Optional.of(keys) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static String unescape(String basic) {
        return UNICODE.matcher(basic).replaceAll(escape -> Matcher.quoteReplacement(
                escape.group(1) != null ? String.valueOf((char) Integer.parseInt(escape.group(1), HEX))
                        : single(escape.group(2))));
    }

    private static String single(String letter) {
        return switch (letter) {
            case "t" -> "\t";
            case "n" -> "\n";
            case "r" -> "\r";
            case "b" -> "\b";
            case "f" -> "\f";
            default -> letter;
        };
    }

    /** Returns the header with these keys. */
    static String of(List<String> keys) {
        return "[" + String.join(".", keys.stream().map(HeaderLine::key).toList()) + "]";
    }

    private static String key(String name) {
        if (BARE.matcher(name).matches()) {
            return name;
        }
        StringBuilder quoted = new StringBuilder("\"");
        name.chars().forEach(letter -> {
            if (letter == '"' || letter == '\\') {
                quoted.append('\\').append((char) letter);
            } else if (Character.isISOControl(letter)) {
                quoted.append("\\u%04X".formatted(letter));
            } else {
                quoted.append((char) letter);
            }
        });
        return quoted.append('"').toString();
    }
}
