package io.apexproxy.health.jdbc;

import io.apexproxy.api.Backend;
import io.apexproxy.api.Settings;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A JDBC URL with placeholders for the address of a backend.
 *
 * @param text the URL with {@code {host}} and possibly {@code {port}}
 */
record UrlTemplate(String text) {

    private static final String HOST = "{host}";
    private static final String PORT = "{port}";
    private static final int ANY_PORT = 1;
    /** A parameter whose name contains one of these words. */
    private static final Pattern PASSWORD = Pattern.compile("(?i)(?:password|passwd|passphrase|pwd)\\w*\\s*=");
    /** As in {@code //user:password@host}, or {@code thin:user/password@host} of Oracle. */
    private static final Pattern USER_INFO = Pattern.compile("//[^/@]*:[^/]*@|:[^/@:]+/[^/@]+@");

    /** Reads the setting {@code url}. No message quotes it. */
    static UrlTemplate from(Settings settings) {
        String text = settings.secret("url");
        if (!text.startsWith("jdbc:") || !text.contains(HOST)) {
            throw settings.invalid("url", "expected a URL that begins with jdbc: and contains {host},"
                    + " such as \"jdbc:postgresql://{host}:{port}/postgres\"");
        }
        if (PASSWORD.matcher(text).find() || USER_INFO.matcher(text).find()) {
            throw settings.invalid("url", "expected a URL without a password; set user and password_file instead,"
                    + " or the table properties");
        }
        return new UrlTemplate(text);
    }

    /** Returns a URL of no particular backend, to find the driver. */
    String example() {
        return of(new InetSocketAddress(InetAddress.getLoopbackAddress(), ANY_PORT));
    }

    /** Returns the URL of a backend; empty if it has no resolved address with a port. */
    Optional<String> of(Backend backend) {
        return backend.address() instanceof InetSocketAddress address && !address.isUnresolved()
                ? Optional.of(of(address)) : Optional.empty();
    }

    /** The driver gets the address and not the name, so that it probes the address that connections go to. */
    private String of(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return text.replace(HOST, address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host)
                .replace(PORT, Integer.toString(address.getPort()));
    }
}
