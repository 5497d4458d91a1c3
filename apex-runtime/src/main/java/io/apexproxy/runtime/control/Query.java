package io.apexproxy.runtime.control;

import io.apexproxy.runtime.log.CleanText;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters of a request: {@code logger=apex&level=DEBUG}. Each has one value. */
final class Query {

    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Parses the parameters.
     *
     * @param text the part of the target after the question mark; can be empty
     * @param known the permitted names
     */
    static Query parse(String text, List<String> known) throws BadQueryException {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : text.isEmpty() ? List.<String>of() : List.of(text.split("&", -1))) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (!known.contains(name)) {
                throw new BadQueryException("unknown parameter '" + CleanText.piece(name) + "'; known: "
                        + String.join(", ", known));
            }
            if (values.put(name, decoded(name, equals < 0 ? "" : pair.substring(equals + 1))) != null) {
                throw new BadQueryException(name + ": expected one value, found several");
            }
        }
        return new Query(values);
    }

    private static String decoded(String name, String value) throws BadQueryException {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadQueryException(name + ": expected two hexadecimal digits after each %, found '"
                    + CleanText.piece(value) + "'");
        }
    }

    /** Returns a value; empty if the parameter is missing or has no value. */
    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    String required(String name) throws BadQueryException {
        Optional<String> value = value(name);
        if (value.isEmpty()) {
            throw new BadQueryException("the parameter " + name + " is missing");
        }
        return value.get();
    }

    /** Returns a number from 1 to the limit; the default if the parameter is missing. */
    int number(String name, int fallback, int max) throws BadQueryException {
        Optional<String> value = value(name);
        if (value.isEmpty()) {
            return fallback;
        }
        if (!value.get().matches("[0-9]{1,9}") || Integer.parseInt(value.get()) < 1
                || Integer.parseInt(value.get()) > max) {
            throw new BadQueryException(name + ": expected a number from 1 to " + max + ", found '"
                    + CleanText.piece(value.get()) + "'");
        }
        return Integer.parseInt(value.get());
    }
}
