package io.apexproxy.runtime.config.address;

import io.apexproxy.runtime.config.address.AddressBits.Family;
import io.apexproxy.runtime.config.tree.ValueType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Parser of networks in the configuration: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, a single address, or {@code
 * unix:} for all Unix-domain sockets. An IPv4-mapped network becomes the IPv4 network. Resolves no names.
 */
public final class NetworkText {

    /** A network of clients. */
    public static final ValueType<Network> TYPE = new ValueType<>("a network such as \"10.0.0.0/8\" or an address",
            value -> ValueType.text(value).flatMap(text -> result(text).network()),
            value -> ValueType.text(value).map(text -> "; " + result(text).mistake()).orElse(""));

    /** A single IP address. */
    public static final ValueType<InetAddress> ADDRESS = new ValueType<>("an address such as \"10.0.0.5\"",
            value -> ValueType.text(value).flatMap(NetworkText::address),
            value -> ValueType.text(value).map(text -> "; " + hostMistake(text)).orElse(""));

    private static final Pattern PREFIX = Pattern.compile("\\d{1,3}");
    /** The IPv4 address is in the last 32 of 128 bits of an IPv4-mapped address. */
    private static final int MAPPED_PREFIX = 96;

    private NetworkText() {
    }

    /** A network, or the mistake in the text. */
    private record Result(Optional<Network> network, String mistake) {

        private static Result of(Network network) {
            return new Result(Optional.of(network), "");
        }

        private static Result mistake(String mistake) {
            return new Result(Optional.empty(), mistake);
        }
    }

    /** Returns the network of a text; empty if the text has a mistake. */
    public static Optional<Network> parse(String text) {
        return result(text).network();
    }

    private static Result result(String text) {
        if (text.startsWith(UnixPath.PREFIX)) {
            return text.equals(UnixPath.PREFIX)
                    ? Result.of(Network.UNIX)
                    : Result.mistake("write unix: without a path for all clients on Unix-domain sockets");
        }
        if (text.chars().anyMatch(c -> c <= ' ')) {
            return Result.mistake("it has blanks");
        }
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        Optional<String> prefix = slash < 0 ? Optional.empty() : Optional.of(text.substring(slash + 1));
        return address(host)
                .map(address -> result(AddressBits.of(address), host.indexOf(':') >= 0, prefix))
                .orElseGet(() -> Result.mistake(hostMistake(host)));
    }

    private static Result result(AddressBits address, boolean isIpv6Text, Optional<String> prefixText) {
        Family family = address.family();
        int unused = isIpv6Text && family == Family.IPV4 ? MAPPED_PREFIX : 0;
        int most = unused + family.width();
        int written = prefixText.map(NetworkText::prefix).orElse(most);
        if (written < unused || written > most) {
            return Result.mistake("the prefix of " + (unused > 0 ? "an IPv4-mapped" : "an") + " address has to be from "
                    + unused + " to " + most);
        }
        Network network = new Network(address.masked(written - unused), written - unused);
        return network.start().equals(address)
                ? Result.of(network)
                : Result.mistake("bits after the prefix are set; did you mean \"" + network + "\"?");
    }

    /** Returns the number; -1 if the text is none. */
    private static int prefix(String text) {
        return PREFIX.matcher(text).matches() ? Integer.parseInt(text) : -1;
    }

    private static Optional<InetAddress> address(String host) {
        return AddressText.IPV4.matcher(host).matches() ? Optional.of(ipv4(host)) : Ipv6Text.literal(host);
    }

    private static InetAddress ipv4(String host) {
        String[] parts = host.split("\\.");
        byte[] bytes = new byte[parts.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("the pattern permits four numbers only", e);
        }
    }

    private static String hostMistake(String host) {
        if (host.startsWith("[")) {
            return "write an IPv6 address without brackets and port";
        }
        if (host.isEmpty()) {
            return "the address is missing";
        }
        int colon = host.indexOf(':');
        if (host.indexOf('%') >= 0) {
            return "a network has no zone";
        }
        if (colon >= 0) {
            return AddressText.IPV4.matcher(host.substring(0, colon)).matches()
                    ? "write it without a port" : "the IPv6 address is invalid";
        }
        return AddressText.DIGITS_AND_DOTS.matcher(host).matches()
                ? "the IPv4 address is invalid" : "names are not resolved, write an address";
    }
}
