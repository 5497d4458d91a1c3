package io.apexproxy.runtime.config.tree;

import io.apexproxy.api.Origin;
import io.apexproxy.runtime.log.CleanText;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values that messages about a configuration must not show, because they can be secrets. Confined to one thread until
 * complete.
 */
public final class HiddenValues {

    /** Shorter values are shown, because they can be parts of words. */
    private static final int MIN_LENGTH = 4;

    /** A value can contain another one. */
    private static final Comparator<String> LONGEST_FIRST = Comparator.comparingInt(String::length).reversed();

    /** Follows a value that was cut. */
    private static final char CUT = '…';

    /** By the origin of the string, or of an array or table with it: the values, and the texts that replace them. */
    private final Map<Origin, Map<String, String>> values = new HashMap<>();

    /** Adds values of the string, array or table at an origin. */
    void add(Origin origin, Map<String, String> found) {
        if (!found.isEmpty()) {
            values.computeIfAbsent(origin, any -> new HashMap<>()).putAll(found);
        }
    }

    /** Adds all values of another object. */
    void addAll(HiddenValues others) {
        others.values.forEach(this::add);
    }

    /** Returns a message about the value at an origin, in which the hidden values are replaced. */
    String mask(Origin origin, String message) {
        String shown = message;
        Map<String, String> found = values.getOrDefault(origin, Map.of());
        for (String value : found.keySet().stream().sorted(LONGEST_FIRST).toList()) {
            shown = mask(value, found.get(value), shown);
        }
        return shown;
    }

    private static String mask(String value, String replacement, String message) {
        String escaped = CleanText.escaped(value.replace("\\", "\\\\"));
        String shown = message;
        for (String form : value.equals(escaped) ? new String[] {value} : new String[] {value, escaped}) {
            if (form.length() >= MIN_LENGTH) {
                shown = Pattern.compile(Pattern.quote(form), Pattern.CASE_INSENSITIVE).matcher(shown)
                        .replaceAll(Matcher.quoteReplacement(replacement));
                shown = maskBeginning(form, replacement, shown);
            }
        }
        return shown;
    }

    /** Replaces the beginnings of a value after which a message was cut. */
    private static String maskBeginning(String value, String replacement, String message) {
        StringBuilder shown = new StringBuilder(message);
        for (int cut = message.lastIndexOf(CUT); cut >= 0; cut = message.lastIndexOf(CUT, cut - 1)) {
            int length = Math.min(cut, value.length());
            while (length >= MIN_LENGTH && !message.regionMatches(true, cut - length, value, 0, length)) {
                length--;
            }
            if (length >= MIN_LENGTH) {
                shown.replace(cut - length, cut, replacement); // from the end, so that earlier positions stay valid
            }
        }
        return shown.toString();
    }
}
