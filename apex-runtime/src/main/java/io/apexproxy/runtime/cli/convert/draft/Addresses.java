package io.apexproxy.runtime.cli.convert.draft;

import java.util.Optional;
import java.util.regex.Pattern;

/** Converter of addresses. Apex needs a host and a port in each address. */
public final class Addresses {

    private static final String ANY = "0.0.0.0";
    private static final String UNIX = "unix:";
    private static final String PORT_OF_LISTENER = "+0";
    private static final Pattern HAPROXY_FAMILY = Pattern.compile("^(?:ipv4|ipv6|tcp|tcp4|tcp6|stream\\+ipv[46])@");
    private static final Pattern NGINX_PORT = Pattern.compile("\\d+(?:-\\d+)?");
    private static final Pattern OFFSET = Pattern.compile("[+-]\\d+");

    private Addresses() {
    }

    /**
     * Converts an address of HAProxy.
     *
     * @param isListener whether an empty host means all addresses
     * @return empty if it has no counterpart, such as a descriptor or a shift of the port
     */
    public static Optional<String> haproxy(String text, boolean isListener) {
        String address = HAPROXY_FAMILY.matcher(text).replaceFirst("");
        if (address.startsWith("/") || address.startsWith("unix@")) {
            return Optional.of(UNIX + address.replaceFirst("^unix@", ""));
        }
        int colon = address.lastIndexOf(':');
        String host = colon < 0 || address.endsWith("]") ? address : address.substring(0, colon);
        String port = host.length() == address.length() ? "" : address.substring(colon + 1);
        boolean isAny = host.isEmpty() || host.equals("*");
        if (address.contains("@") || OFFSET.matcher(port).matches() || (isAny && !isListener)
                || (port.isEmpty() && isListener)) {
            return Optional.empty();
        }
        return Optional.of((isAny ? ANY : bracketed(host)) + ":" + (port.isEmpty() ? PORT_OF_LISTENER : port));
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /** Converts an address of the directive {@code listen} of nginx. */
    public static String nginxListener(String text) {
        return NGINX_PORT.matcher(text).matches() ? ANY + ":" + text : text.replaceFirst("^\\*:", ANY + ":");
    }

    /** Converts an address to connect to; empty if it has another variable than the port of the listener. */
    public static Optional<String> nginxBackend(String text) {
        String address = text.replaceFirst(":\\$server_port$", ":" + PORT_OF_LISTENER);
        return address.contains("$") ? Optional.empty() : Optional.of(address);
    }
}
