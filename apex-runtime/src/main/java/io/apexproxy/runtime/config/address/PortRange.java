package io.apexproxy.runtime.config.address;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.tree.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Addresses of one host with consecutive ports: {@code 0.0.0.0:30000-30099}. */
public final class PortRange {

    /** Each port needs a socket for each event loop. */
    static final int MAX_PORTS = 1_000;

    /** Fewer consecutive ports are shown one by one. */
    private static final int MIN_SHOWN_AS_RANGE = 10;
    private static final int MAX_PORT = 65_535;

    private static final Pattern FORM = Pattern.compile("(?!unix:)(?<host>.*):(?<first>\\d{1,5})-(?<last>\\d{1,5})");
    private static final Pattern PORT = Pattern.compile("(?<host>.*):(?<port>\\d{1,5})");

    /** The addresses of a listener: one address, or a range of ports. */
    public static final ValueType<List<Address>> OF_LISTENER = new ValueType<>(AddressText.OF_LISTENER.expected(),
            PortRange::addresses, PortRange::hint);

    private PortRange() {
    }

    private static Optional<Matcher> range(ConfigTree value) {
        return ValueType.text(value).map(FORM::matcher).filter(Matcher::matches);
    }

    private static ConfigTree first(Matcher range, ConfigTree value) {
        return new ConfigTree.Scalar(range.group("host") + ":" + range.group("first"), value.origin());
    }

    private static int port(Matcher range, String group) {
        return Integer.parseInt(range.group(group));
    }

    private static Optional<List<Address>> addresses(ConfigTree value) {
        Optional<Matcher> range = range(value);
        if (range.isEmpty()) {
            return AddressText.OF_LISTENER.conversion().apply(value).map(List::of);
        }
        return mistake(range.get()).isPresent() ? Optional.empty()
                : AddressText.OF_LISTENER.conversion().apply(first(range.get(), value)).map(address -> IntStream
                        .rangeClosed(port(range.get(), "first"), port(range.get(), "last"))
                        .<Address>mapToObj(port -> new HostPort(((HostPort) address).host(), port)).toList());
    }

    private static Optional<String> mistake(Matcher range) {
        int first = port(range, "first");
        int last = port(range, "last");
        if (first < 1 || last > MAX_PORT || first > last) {
            return Optional.of("; the ports of a range are from 1 to " + MAX_PORT + ", the lower one first");
        }
        return last - first < MAX_PORTS ? Optional.empty()
                : Optional.of("; a range has at most " + MAX_PORTS + " ports: write several in an array");
    }

    private static String hint(ConfigTree value) {
        Optional<Matcher> range = range(value);
        return range.isEmpty() ? AddressText.OF_LISTENER.hint().apply(value)
                : mistake(range.get()).orElseGet(
                        () -> AddressText.OF_LISTENER.hint().apply(first(range.get(), value)));
    }

    /** Returns the number of addresses of a valid value. */
    public static int size(ConfigTree value) {
        return range(value).map(range -> port(range, "last") - port(range, "first") + 1).orElse(1);
    }

    /**
     * Returns addresses as text, in which ten or more consecutive ports of a host are a range.
     *
     * @param addresses the texts of the addresses, in order
     */
    public static List<String> texts(List<String> addresses) {
        List<String> texts = new ArrayList<>();
        int start = 0;
        for (int end = 1; end <= addresses.size(); end++) {
            if (end == addresses.size() || !follows(addresses.get(end - 1), addresses.get(end))) {
                if (end - start < MIN_SHOWN_AS_RANGE) {
                    texts.addAll(addresses.subList(start, end));
                } else {
                    String last = addresses.get(end - 1);
                    texts.add(addresses.get(start) + "-" + last.substring(last.lastIndexOf(':') + 1));
                }
                start = end;
            }
        }
        return texts;
    }

    private static boolean follows(String before, String next) {
        Matcher one = PORT.matcher(before);
        Matcher other = PORT.matcher(next);
        return one.matches() && other.matches() && one.group("host").equals(other.group("host"))
                && port(other, "port") == port(one, "port") + 1;
    }
}
