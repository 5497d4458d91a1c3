package io.apexproxy.runtime.config.tree;

import io.apexproxy.api.config.ConfigTree;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The type of a value.
 *
 * @param <T> the type after the conversion
 * @param expected the description of valid values, for messages: {@code a duration such as "5s"}
 * @param conversion returns the converted value; empty if the value is not of this type
 * @param hint returns the correction of a value that is not of this type, for messages: text that begins with "; ", or
 *     empty text
 */
public record ValueType<T>(
        String expected, Function<ConfigTree, Optional<T>> conversion, Function<ConfigTree, String> hint) {

    /** Any string. */
    public static final ValueType<String> STRING = string("a string");

    /** {@code true} or {@code false}. */
    public static final ValueType<Boolean> BOOL = new ValueType<>("true or false",
            value -> scalar(value, Boolean.class), value -> withoutQuotes(value, "true|false"));

    /** A positive number with a unit: {@code "5s"}. */
    public static final ValueType<Duration> DURATION = new ValueType<>("a duration such as \"5s\"",
            value -> text(value).flatMap(ValueType::duration), ValueType::durationHint);

    /** A number of time units that can be 0: {@code "0s"}. */
    public static final ValueType<Duration> DURATION_OR_ZERO = new ValueType<>("a duration such as \"5s\", or \"0s\"",
            value -> text(value).flatMap(ValueType::durationOrZero), ValueType::durationHint);

    /** A positive number with a unit: {@code "64KiB"}. The conversion returns bytes. */
    public static final ValueType<Long> SIZE = new ValueType<>("a size such as \"64KiB\"",
            value -> text(value).flatMap(ValueType::size), ValueType::sizeHint);

    static final ValueType<ConfigTree.Table> TABLE = table("a table");

    /** A file mode in octal digits, as in chmod. */
    public static final ValueType<Set<PosixFilePermission>> MODE = new ValueType<>("a file mode such as \"660\"",
            value -> text(value).filter(text -> text.matches("0?[0-7]{3}")).map(ValueType::mode),
            value -> scalar(value, Long.class).map(number -> "; write it in quotes").orElse(""));

    private static final Pattern ZERO_DURATION = Pattern.compile("0+(ms|s|m|h|d)");
    private static final Pattern DURATION_TEXT = Pattern.compile("(\\d+)(ms|s|m|h|d)");
    private static final Map<String, Long> MILLISECONDS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    /** A century exceeds any useful timeout. Nanoseconds overflow a {@code long} at 292 years. */
    private static final long MAX_DAYS = 36_500;
    private static final Duration MAX_DURATION = Duration.ofDays(MAX_DAYS);

    private static final Pattern SIZE_TEXT = Pattern.compile("(\\d+)(B|KiB|MiB|GiB)", Pattern.CASE_INSENSITIVE);
    private static final Map<String, Long> BYTES = Map.of("b", 1L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30);

    private static final int MAX_DIGITS = 18; // fits a long

    /** Units that mean powers of 1000 or of 1024. The message suggests the binary unit. */
    private static final Pattern AMBIGUOUS_SIZE = Pattern.compile("(\\d+)([KMG])B?", Pattern.CASE_INSENSITIVE);

    static ValueType<List<ConfigTree>> array(String expected) {
        return new ValueType<>(expected,
                value -> value instanceof ConfigTree.Array array ? Optional.of(array.elements()) : Optional.empty(),
                value -> "");
    }

    /** Creates the type of a table with its own description, for messages: {@code a table such as [admin]}. */
    public static ValueType<ConfigTree.Table> table(String expected) {
        return new ValueType<>(expected,
                value -> value instanceof ConfigTree.Table table ? Optional.of(table) : Optional.empty(), value -> "");
    }

    /** Creates the type of a string with its own description, for messages: {@code the name of a pool}. */
    public static ValueType<String> string(String expected) {
        return new ValueType<>(expected, ValueType::text, value -> "");
    }

    public static ValueType<Long> integer(long min, long max) {
        return new ValueType<>(range(min, max),
                value -> scalar(value, Long.class).filter(number -> min <= number && number <= max),
                value -> withoutQuotes(value, "[+-]?\\d+"));
    }

    /** Creates the type of a constant, which is written in lower case and with hyphens. */
    public static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
        return choice(type, ValueType::word);
    }

    /** Creates the type of a constant; the function returns the text of each one. */
    public static <E extends Enum<E>> ValueType<E> choice(Class<E> type, Function<E, String> word) {
        List<E> constants = List.of(type.getEnumConstants());
        List<String> words = constants.stream().map(word).toList();
        return new ValueType<>(
                words.stream().map(TomlText::string).collect(Collectors.joining(" or ")),
                value -> text(value).flatMap(
                        text -> constants.stream().filter(constant -> word.apply(constant).equals(text)).findFirst()),
                value -> "");
    }

    /** Returns the same type with an alternative in its description. The caller reads the alternative before. */
    public ValueType<T> or(String alternative) {
        return new ValueType<>(expected + " or " + alternative, conversion, hint);
    }

    /**
     * Returns the message about a value that is not of this type.
     *
     * @param value a value that is not secret
     * @return the expected value, the found value and the hint
     */
    public String mistake(ConfigTree value) {
        return mistake(value, false);
    }

    /** Returns the message about a value that is not of this type, without the value if it is secret. */
    String mistake(ConfigTree value, boolean isSecret) {
        return "expected " + expected + ", found " + (isSecret
                ? TomlText.kind(value) + ", which is not shown as it is a secret"
                : TomlText.value(value) + hint.apply(value));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the text of a string; empty if the value is not a string. */
    public static Optional<String> text(ConfigTree value) {
        return scalar(value, String.class);
    }

    private static <T> Optional<T> scalar(ConfigTree value, Class<T> type) {
        return value instanceof ConfigTree.Scalar scalar && type.isInstance(scalar.value())
                ? Optional.of(type.cast(scalar.value()))
                : Optional.empty();
    }

    /** The enum constants are in the order of the bits, from {@code OWNER_READ}. */
    private static Set<PosixFilePermission> mode(String octal) {
        int bits = Integer.parseInt(octal, 8);
        PosixFilePermission[] all = PosixFilePermission.values();
        return IntStream.range(0, all.length).filter(index -> (bits & (1 << (all.length - 1 - index))) != 0)
                .mapToObj(index -> all[index]).collect(Collectors.toUnmodifiableSet());
    }

    private static String range(long min, long max) {
        if (max == Long.MAX_VALUE) {
            return min == Long.MIN_VALUE ? "a whole number" : "a whole number, " + min + " or more";
        }
        return min == Long.MIN_VALUE
                ? "a whole number, " + max + " or less"
                : "a whole number from " + min + " to " + max;
    }

    private static String withoutQuotes(ConfigTree value, String pattern) {
        return text(value).filter(text -> text.matches(pattern)).map(text -> "; write it without quotes").orElse("");
    }

    private static Optional<Duration> duration(String text) {
        return amount(DURATION_TEXT, MILLISECONDS, text)
                .map(Duration::ofMillis)
                .filter(duration -> duration.compareTo(MAX_DURATION) <= 0);
    }

    private static Optional<Duration> durationOrZero(String text) {
        return ZERO_DURATION.matcher(text).matches() ? Optional.of(Duration.ZERO) : duration(text);
    }

    private static String durationHint(ConfigTree value) {
        Optional<Long> number = scalar(value, Long.class).filter(seconds -> seconds > 0);
        if (number.isPresent()) {
            return "; write \"" + number.get() + "s\" if these are seconds";
        }
        return text(value).map(text -> {
            if (ZERO_DURATION.matcher(text).matches()) {
                return "; it has to be longer than zero";
            }
            return DURATION_TEXT.matcher(text).matches()
                    ? "; the longest is \"" + MAX_DAYS + "d\""
                    : "; write a whole number and one unit of ms, s, m, h, d";
        }).orElse("");
    }

    private static Optional<Long> size(String text) {
        return amount(SIZE_TEXT, BYTES, text);
    }

    private static String sizeHint(ConfigTree value) {
        return text(value).map(text -> {
            Matcher ambiguous = AMBIGUOUS_SIZE.matcher(text);
            if (ambiguous.matches()) {
                return "; did you mean \"" + ambiguous.group(1) + ambiguous.group(2).toUpperCase(Locale.ROOT) + "iB\"?";
            }
            if (text.matches("0+[A-Za-z]+")) {
                return "; it has to be greater than zero";
            }
            return SIZE_TEXT.matcher(text).matches()
                    ? "; it is too large"
                    : "; write a whole number and one unit of B, KiB, MiB, GiB";
        }).orElse("");
    }

    /** Returns the number times its unit; empty if the text has another form, is zero or overflows. */
    private static Optional<Long> amount(Pattern form, Map<String, Long> units, String text) {
        Matcher matcher = form.matcher(text);
        if (!matcher.matches() || matcher.group(1).length() > MAX_DIGITS) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        long unit = units.get(matcher.group(2).toLowerCase(Locale.ROOT));
        return number == 0 || number > Long.MAX_VALUE / unit ? Optional.empty() : Optional.of(number * unit);
    }
}
