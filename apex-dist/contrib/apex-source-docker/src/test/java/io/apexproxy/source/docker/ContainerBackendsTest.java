package io.apexproxy.source.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.source.FoundBackend;
import io.apexproxy.source.docker.Container.Port;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerBackendsTest {

    private static final String LOCAL = "127.0.0.1";

    private static FoundBackend backend(Optional<String> network, String host, Container container)
            throws IOException {
        return new ContainerBackends(network, host).backend(container);
    }

    /** Ports are separated by spaces: {@code IP/PUBLIC/PRIVATE}, or the private one alone. */
    private static Container container(String ports, String networks, String... labels) {
        Map<String, String> byKey = new LinkedHashMap<>();
        Stream.of(labels).map(label -> label.split("=", 2)).forEach(label -> byKey.put(label[0], label[1]));
        return new Container("id", "web-1", byKey, words(ports).map(port -> {
            String[] parts = port.split("/");
            return parts.length == 1 ? new Port("", Integer.parseInt(port), Container.NOT_PUBLISHED)
                    : new Port(parts[0], Integer.parseInt(parts[2]), Integer.parseInt(parts[1]));
        }).toList(), words(networks).map(network -> network.split("=", -1))
                .collect(LinkedHashMap::new, (map, each) -> map.put(each[0], each[1]), Map::putAll));
    }

    private static Stream<String> words(String text) {
        return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/8080/80                            | ''   | 127.0.0.1 | 127.0.0.1:8080",
        "0.0.0.0/8080/80                     | ''   | docker.example | docker.example:8080",
        "'::/8080/80 0.0.0.0/8080/80'        | ''   | 10.0.0.9  | 10.0.0.9:8080",
        "::/8080/80                          | ''   | fd00::9   | [fd00::9]:8080",
        "::/8080/80                          | ''   | [fd00::9] | [fd00::9]:8080",
        "127.0.0.1/8080/80                   | ''   | localhost | 127.0.0.1:8080",
        "::1/8080/80                         | ''   | 127.0.0.1 | [::1]:8080",
        "10.0.0.5/8080/80                    | ''   | 127.0.0.1 | 10.0.0.5:8080",
        "'127.0.0.1/8080/80 10.0.0.5/8081/80'| ''   | 10.0.0.9  | 10.0.0.5:8081",
        "'/8082/80 /8081/80'                 | ''   | 127.0.0.1 | 127.0.0.1:8081",
        "'443 /8080/80'                      | ''   | 127.0.0.1 | 127.0.0.1:8080",
        "'/8443/443 /8080/80'                | 443  | 127.0.0.1 | 127.0.0.1:8443",
    })
    void publishedPortIsTheAddress(String ports, String label, String host, String address) throws IOException {
        Container container = label.isEmpty() ? container(ports, "") : container(ports, "", "apex.port=" + label);

        assertThat(backend(Optional.empty(), host, container))
                .isEqualTo(FoundBackend.of(address).withName("web-1"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "80            | 'shop=172.18.0.2'        | ''   | shop | 172.18.0.2:80",
        "''            | 'a=10.1.0.2 shop=fd00::2'| 9000 | shop | [fd00::2]:9000",
        "'80 /81/443'  | 'shop=172.18.0.2'        | 443  | shop | 172.18.0.2:443",
        "'/81/80'      | 'shop=172.18.0.2'        | ''   | shop | 172.18.0.2:80",
        "''            | 'host='                  | 9000 | host | 10.0.0.9:9000",
        "''            | ''                       | 9000 | host | 10.0.0.9:9000",
    })
    void portOfTheContainerIsUsedInANetwork(String ports, String networks, String label, String network,
            String address) throws IOException {
        Container container = label.isEmpty() ? container(ports, networks)
                : container(ports, networks, "apex.port=" + label);

        assertThat(backend(Optional.of(network), "10.0.0.9", container).address()).isEqualTo(address);
    }

    @Test
    void labelsAreWeightTierLimitAndAttributes() throws IOException {
        assertThat(backend(Optional.empty(), LOCAL, container("/8080/80", "", "apex.pool=web", "apex.weight=0",
                "apex.tier=2", "apex.max_connections=2147483647", "apex.attributes.zone=a", "com.example.x=y")))
                .isEqualTo(new FoundBackend("web-1", "127.0.0.1:8080", 0, 2, Integer.MAX_VALUE, false,
                        Map.of("zone", "a")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "apex.weight=65536     | label apex.weight: expected a whole number from 0 to 65535, found \"65536\"",
        "apex.weight=-1        | label apex.weight: expected a whole number from 0 to 65535, found \"-1\"",
        "apex.weight=          | label apex.weight: expected a whole number from 0 to 65535, found \"\"",
        "apex.weight=99999999999999999999 | label apex.weight: expected a whole number from 0 to 65535",
        "apex.tier=first       | label apex.tier: expected a whole number from 0 to 65535, found \"first\"",
        "apex.max_connections=2147483648  | label apex.max_connections: expected a whole number from 0 to 2147483647",
        "apex.port=0           | label apex.port: expected a whole number from 1 to 65535, found \"0\"",
        "apex.port=81          | does not publish its TCP port 81 on an address of 127.0.0.1",
        "apex.wieght=3         | unknown label apex.wieght; known: apex.max_connections, apex.pool, apex.port,",
        "apex.attributes.=3    | unknown label apex.attributes.; known: ",
    })
    void invalidLabelIsAFailureWithTheNameOfTheContainer(String label, String message) {
        assertThatThrownBy(() -> backend(Optional.empty(), LOCAL, container("/8080/80", "", label)))
                .isInstanceOf(IOException.class).hasMessageStartingWith("container web-1: " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''                  | ''         | ''    | 127.0.0.1 | publishes no TCP port",
        "80                  | ''         | ''    | 127.0.0.1 | publishes no TCP port",
        "'/81/443 /82/80'    | ''         | ''    | 127.0.0.1 | publishes several TCP ports; the label apex.port"
                + " chooses one of 80, 443",
        "127.0.0.1/8080/80   | ''         | ''    | 10.0.0.9  | does not publish its TCP port 80 on an address of"
                + " 10.0.0.9",
        "80                  | 'a=1 b=2'  | shop  | 127.0.0.1 | expected in network shop, found in a, b",
        "80                  | ''         | shop  | 127.0.0.1 | expected in network shop, found in no network",
        "80                  | 'shop='    | shop  | 127.0.0.1 | has no address in network shop",
        "80                  | 'a=1'      | host  | 127.0.0.1 | expected in network host, found in a",
        "''                  | 'shop=1'   | shop  | 127.0.0.1 | exposes no TCP port",
        "'80 443'            | 'shop=1'   | shop  | 127.0.0.1 | exposes several TCP ports; the label apex.port chooses"
                + " one of 80, 443",
        "''                  | ''         | host  | 127.0.0.1 | exposes no TCP port",
    })
    void unknownAddressIsAFailureWithTheNameOfTheContainer(String ports, String networks, String network, String host,
            String message) {
        Optional<String> inside = Optional.of(network).filter(name -> !name.isEmpty());

        assertThatThrownBy(() -> backend(inside, host, container(ports, networks)))
                .isInstanceOf(IOException.class).hasMessage("container web-1: " + message);
    }

    @Test
    void portsOfOtherProtocolsAndDuplicatesDoNotMatter() throws IOException {
        assertThat(backend(Optional.of("n"), LOCAL, new Container("id", "a", Map.of(),
                List.of(new Port("", 80, 0), new Port("0.0.0.0", 80, 81), new Port("::", 80, 81)),
                Map.of("n", "10.1.0.2"))).address()).isEqualTo("10.1.0.2:80");
    }
}
