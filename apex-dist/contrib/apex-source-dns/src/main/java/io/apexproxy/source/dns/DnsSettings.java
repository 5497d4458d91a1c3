package io.apexproxy.source.dns;

import io.apexproxy.api.Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xbill.DNS.Address;
import org.xbill.DNS.Name;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.TextParseException;

/** The settings that both providers have: the name and the servers. */
final class DnsSettings {

    private static final int DNS_PORT = 53;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_SERVERS = 8;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    /** The runtime interrupts a look-up after 10 s, in which several servers can time out. */
    private static final Duration MAX_TIMEOUT = Duration.ofSeconds(4);
    /** An address with a port: IPv6 in brackets. */
    private static final Pattern WITH_PORT = Pattern.compile("(?:\\[(.+)]|([0-9.]+)):(\\d{1,5})");

    private DnsSettings() {
    }

    /** Reads the absolute name. A dot at its end changes nothing. */
    static Name name(Settings settings, String example) {
        String text = settings.string("name");
        try {
            Name name = Name.fromString(text, Name.root);
            if (!name.equals(Name.root) && !name.isWild()) {
                return name;
            }
        } catch (TextParseException e) {
            throw settings.invalid("name", "expected a name such as \"" + example + "\": " + e.getMessage());
        }
        throw settings.invalid("name", "expected a name such as \"" + example + "\"");
    }

    /** Reads {@code servers} and {@code timeout}. */
    static Resolver resolver(Settings settings) {
        Duration timeout = settings.duration("timeout", TIMEOUT);
        if (timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw settings.invalid("timeout", "expected at most \"" + MAX_TIMEOUT.toSeconds() + "s\"");
        }
        List<InetSocketAddress> addresses = settings.has("servers") ? configured(settings)
                : ResolverConfig.getCurrentConfig().servers();
        if (addresses.isEmpty()) {
            throw settings.invalid("servers", "the system has no DNS servers; name at least one such as \"10.0.0.2\"");
        }
        return new Resolver(addresses.stream().limit(MAX_SERVERS).map(address -> new DnsServer(address, timeout))
                .toList());
    }

    private static List<InetSocketAddress> configured(Settings settings) {
        List<String> texts = settings.strings("servers");
        if (texts.size() > MAX_SERVERS) {
            throw settings.invalid("servers", "expected at most " + MAX_SERVERS);
        }
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (String text : texts) {
            addresses.add(address(text).orElseThrow(() -> settings.invalid("servers",
                    "expected IP addresses such as \"10.0.0.2\", \"10.0.0.2:5353\" or \"[2001:db8::2]:53\", found '"
                            + text + "'")));
        }
        return addresses;
    }

    static Optional<InetSocketAddress> address(String text) {
        Matcher withPort = WITH_PORT.matcher(text);
        String host = text;
        int port = DNS_PORT;
        if (withPort.matches()) {
            host = withPort.group(1) == null ? withPort.group(2) : withPort.group(1);
            port = Integer.parseInt(withPort.group(3));
        }
        byte[] version4 = Address.toByteArray(host, Address.IPv4);
        byte[] bytes = version4 == null ? Address.toByteArray(host, Address.IPv6) : version4;
        try {
            return bytes == null || port < 1 || port > MAX_PORT ? Optional.empty()
                    : Optional.of(new InetSocketAddress(InetAddress.getByAddress(bytes), port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // 4 or 16 bytes
        }
    }
}
