package io.apexproxy.runtime.config.address;

import io.apexproxy.runtime.config.tree.TomlText;
import io.apexproxy.runtime.config.tree.ValueType;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parser of addresses in the configuration: {@code host:port} or {@code unix:/path}. Resolves no names. */
public final class AddressText {

    private static final String ANY_HOST = "write 0.0.0.0 as the host to listen on all addresses";

    /**
     * The address of a backend: a host with a port from 1, a host with the port of the listener, or a Unix-domain
     * socket.
     */
    public static final ValueType<Address> OF_BACKEND = type(
            new AddressText("\"127.0.0.1:9000\"", 1, "the host is missing", true), AddressText::backendAddress);

    /** An address of a listener: a host with a port, or a Unix-domain socket. Port 0 selects any free port. */
    public static final ValueType<Address> OF_LISTENER = type(
            new AddressText("\"127.0.0.1:8081\"", 0, ANY_HOST, true), AddressText::address);

    /** The address of the admin endpoint: a host with a port. Port 0 selects any free port. */
    public static final ValueType<HostPort> OF_ADMIN = type(
            new AddressText("\"127.0.0.1:9901\"", 0, ANY_HOST, false), AddressText::hostPort);

    private static final Pattern FORM = Pattern.compile("(\\[.*]|[^:]*):(\\d*)");
    private static final int MAX_PORT = 65_535;

    static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");
    static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
    /** RFC 1123, and the underscore, which container names contain. */
    private static final String LABEL = "(?!-)[A-Za-z0-9_-]{1,63}(?<!-)";
    private static final Pattern NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*\\.?");
    private static final int MAX_NAME_LENGTH = 253;
    /** The limit of the JDK on Linux, where {@code sun_path} has 108 bytes. */
    private static final int MAX_PATH_BYTES = 106;

    private final String example;
    private final int minPort;
    private final String missingHostText;
    private final boolean allowsUnix;

    private AddressText(String example, int minPort, String missingHostText, boolean allowsUnix) {
        this.example = example;
        this.minPort = minPort;
        this.missingHostText = missingHostText;
        this.allowsUnix = allowsUnix;
    }

    private static <A extends Address> ValueType<A> type(AddressText address, Function<String, A> conversion) {
        return new ValueType<>("an address such as " + address.example,
                value -> ValueType.text(value).filter(text -> address.mistake(text).isEmpty()).map(conversion),
                value -> ValueType.text(value).map(address::mistake).map(mistake -> "; " + mistake).orElse(""));
    }

    private static Address address(String text) {
        return text.startsWith(UnixPath.PREFIX)
                ? new UnixPath(Path.of(text.substring(UnixPath.PREFIX.length())).normalize())
                : hostPort(text);
    }

    /** Returns the address of a backend. The port of a listener is 0 until the listeners are known. */
    private static Address backendAddress(String text) {
        return isPortOfListener(text) ? new HostPort(hostPort(withPort(text)).host(), 0, true) : address(text);
    }

    private static boolean isPortOfListener(String text) {
        return text.endsWith(":" + HostPort.PORT_OF_LISTENER) && !text.startsWith(UnixPath.PREFIX);
    }

    private static String withPort(String text) {
        return text.substring(0, text.length() - HostPort.PORT_OF_LISTENER.length()) + MAX_PORT;
    }

    private static HostPort hostPort(String text) {
        int colon = text.lastIndexOf(':');
        String host = withoutBrackets(text.substring(0, colon));
        return new HostPort(Ipv6Text.canonical(host).orElse(host), Integer.parseInt(text.substring(colon + 1)));
    }

    /** Returns the mistake in a text; empty if the text is valid. */
    private String mistake(String written) {
        String text = minPort > 0 && isPortOfListener(written) ? withPort(written) : written; // backends only
        if (text.startsWith(UnixPath.PREFIX)) {
            return allowsUnix
                    ? unixMistake(text.substring(UnixPath.PREFIX.length())) : "the admin endpoint supports TCP only";
        }
        int scheme = text.indexOf("://");
        if (scheme >= 0) {
            return "Apex forwards TCP, write host:port without " + TomlText.plain(text.substring(0, scheme + 3));
        }
        if (text.chars().anyMatch(c -> c <= ' ')) {
            return "it has blanks";
        }
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return formMistake(text);
        }
        String host = parts.group(1);
        if (host.isEmpty() || host.equals("*") || host.equals("[]")) {
            return missingHostText;
        }
        return portMistake(parts.group(2)).or(() -> hostMistake(host)).orElse("");
    }

    private static String unixMistake(String path) {
        if (path.chars().anyMatch(Character::isISOControl)) {
            return "it has control characters";
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            return "the path of a Unix-domain socket has " + MAX_PATH_BYTES + " bytes at most";
        }
        try {
            return path.startsWith("//") || !Path.of(path).isAbsolute() || Path.of(path).getNameCount() == 0
                    ? "write the absolute path of a file, such as unix:/run/app.sock" : "";
        } catch (InvalidPathException e) {
            return "invalid path: " + e.getReason();
        }
    }

    private String formMistake(String text) {
        if (text.isEmpty()) {
            return missingHostText;
        }
        int hostEnd = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
        if (hostEnd == text.length() || text.indexOf(':') < 0) {
            return "the port is missing";
        }
        if (hostEnd == 0 || hostEnd < text.lastIndexOf(':')) {
            return "write an IPv6 address in brackets, such as [::1]:9000";
        }
        return text.charAt(hostEnd) == ':' ? "the port is not a number" : "write a colon between host and port";
    }

    private Optional<String> portMistake(String port) {
        if (port.isEmpty()) {
            return Optional.of("the port is missing");
        }
        int number = port.length() > 5 ? MAX_PORT + 1 : Integer.parseInt(port);
        return minPort <= number && number <= MAX_PORT
                ? Optional.empty()
                : Optional.of("the port has to be from " + minPort + " to " + MAX_PORT);
    }

    private static Optional<String> hostMistake(String host) {
        if (host.startsWith("[") && host.endsWith("]")) {
            return Ipv6Text.canonical(withoutBrackets(host)).isPresent()
                    ? Optional.empty() : Optional.of("the IPv6 address is invalid");
        }
        if (DIGITS_AND_DOTS.matcher(host).matches()) {
            return IPV4.matcher(host).matches() ? Optional.empty() : Optional.of("the IPv4 address is invalid");
        }
        return host.length() <= MAX_NAME_LENGTH && NAME.matcher(host).matches()
                ? Optional.empty()
                : Optional.of("a host name has letters, digits, '-', '_' and '.' only");
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
