package io.apexproxy.runtime.relay.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.UnixPath;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the choice of a socket for each address. */
class InheritedSocketsTest {

    private static final HostPort IPV4_WILDCARD = new HostPort("0.0.0.0", 80);
    private static final HostPort IPV6_WILDCARD = new HostPort("::", 80);

    @TempDir
    Path directory;

    private final InheritedSocket web = socket("127.0.0.1", 80, false);
    private final InheritedSocket tls = socket("127.0.0.1", 443, false);
    private final InheritedSocket all = socket("::", 80, true);
    private final InheritedSocket ipv6Only = socket("::", 80, false);
    private final InheritedSocket ipv4 = socket("0.0.0.0", 80, false);

    private static InheritedSocket socket(String host, int port, boolean receivesIpv4) {
        return socket(new InetSocketAddress(host, port), receivesIpv4);
    }

    private static InheritedSocket socket(SocketAddress bound, boolean receivesIpv4) {
        return InheritedSocket.passed(3, bound, receivesIpv4);
    }

    private static Map<Address, InheritedSocket> match(List<InheritedSocket> sockets, Address... addresses) {
        return new InheritedSockets(sockets).match(List.of(addresses));
    }

    @Test
    void addressHasTheSocketThatIsBoundToIt() {
        var http = new HostPort("127.0.0.1", 80);
        var https = new HostPort("127.0.0.1", 443);
        var other = new HostPort("127.0.0.2", 80);

        assertThat(match(List.of(tls, web), http, https, other)).containsExactlyInAnyOrderEntriesOf(
                Map.of(http, web, https, tls));
    }

    @Test
    void wildcardOfIpv6ServesThatOfIpv4IfItReceivesIpv4() {
        assertThat(match(List.of(all), IPV4_WILDCARD)).isEqualTo(Map.of(IPV4_WILDCARD, all));
        assertThat(match(List.of(ipv6Only), IPV4_WILDCARD)).isEmpty();
        assertThat(match(List.of(ipv4), IPV6_WILDCARD)).isEmpty();
        assertThat(match(List.of(all), new HostPort("0.0.0.0", 81))).isEmpty();
        assertThat(match(List.of(web), new HostPort("0.0.0.0", 0))).isEmpty();
    }

    @Test
    void socketServesItsOwnAddressFirst() {
        assertThat(match(List.of(all), IPV4_WILDCARD, IPV6_WILDCARD)).isEqualTo(Map.of(IPV6_WILDCARD, all));
        assertThat(match(List.of(ipv6Only, ipv4), IPV4_WILDCARD, IPV6_WILDCARD))
                .isEqualTo(Map.of(IPV4_WILDCARD, ipv4, IPV6_WILDCARD, ipv6Only));
        assertThat(match(List.of(all, ipv4), IPV4_WILDCARD)).isEqualTo(Map.of(IPV4_WILDCARD, ipv4));
    }

    @Test
    void secondSocketOfAnAddressIsLeft() {
        assertThat(match(List.of(web, socket("127.0.0.1", 80, false)), new HostPort("127.0.0.1", 80)))
                .isEqualTo(Map.of(new HostPort("127.0.0.1", 80), web));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void pathHasTheSocketOfTheSameFile() throws IOException {
        Path file = Files.createFile(directory.resolve("web.sock"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory).resolve("web.sock");
        var unix = socket(UnixDomainSocketAddress.of(file), false);
        var configured = new UnixPath(link);

        assertThat(match(List.of(web, unix), configured, new UnixPath(directory.resolve("other"))))
                .isEqualTo(Map.of(configured, unix));
    }

    @Test
    void addressThatASocketIncludesIsFound() {
        var sockets = new InheritedSockets(List.of(web, all, socket("0.0.0.0", 81, false)));

        assertThat(sockets.including(IPV4_WILDCARD)).containsSame(all);
        assertThat(sockets.including(new HostPort("::", 81))).isPresent();
        assertThat(sockets.including(new HostPort("127.0.0.1", 80))).isEmpty();
    }
}
