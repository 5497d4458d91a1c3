package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.admin.http.HttpRequest;
import io.apexproxy.runtime.admin.http.Response;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Refuses requests that were meant for another host.
 *
 * <p>A page on the web can give its own name the address of this machine (DNS rebinding), and the browser then lets it
 * read what answers there. But the browser says which name it asked for, and that is neither ours nor an address.
 */
final class HostCheck {

    private static final String HTTP_1_0 = "1.0";
    private static final Pattern PORT = Pattern.compile(":\\d*$");
    private static final Pattern LOOPBACK = Pattern.compile("localhost\\.?|127(\\.\\d{1,3}){3}|\\[::1]");
    /** An address has no other meaning on the web, so an endpoint on all addresses admits each of them. */
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

    private final String listenHost;
    private final boolean everyAddress;

    /**
     * Creates the check.
     *
     * @param listenHost the host of the configured address; an IPv6 address without brackets
     * @param everyAddress whether that stands for all addresses of the machine
     */
    HostCheck(String listenHost, boolean everyAddress) {
        String host = listenHost.toLowerCase(Locale.ROOT);
        this.listenHost = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        this.everyAddress = everyAddress;
    }

    /** The answer to a request that must not be served; empty if it may be. */
    Optional<Response> refusal(HttpRequest request) {
        List<String> hosts = request.values("Host");
        if (hosts.isEmpty() && request.version().equals(HTTP_1_0)) {
            return Optional.empty(); // simple checkers of health; no browser is that old
        }
        if (hosts.size() != 1) {
            return Optional.of(Response.text(Response.BAD_REQUEST,
                    "expected one Host header, found " + hosts.size()));
        }
        if (admits(hosts.get(0))) {
            return Optional.empty();
        }
        return Optional.of(Response.text(Response.MISDIRECTED, "this is not the host that was asked for; ask "
                + (everyAddress ? "an IP address of it" : listenHost) + " or localhost"));
    }

    boolean admits(String header) {
        String host = PORT.matcher(header.strip().toLowerCase(Locale.ROOT)).replaceFirst("");
        return host.equals(listenHost)
                || LOOPBACK.matcher(host).matches()
                || everyAddress && ADDRESS.matcher(host).matches();
    }
}
