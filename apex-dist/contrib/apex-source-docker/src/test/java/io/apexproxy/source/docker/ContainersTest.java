package io.apexproxy.source.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.source.docker.Container.Port;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainersTest {

    private static List<Container> read(String json) throws IOException {
        return Containers.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void listOfDocker() throws IOException {
        assertThat(read("""
                [{"Id": "8dfafdbc3a40", "Names": ["/other/alias", "/web-1"], "Image": "nginx", "Created": 1796062028,
                  "Ports": [{"PrivatePort": 443, "Type": "tcp"},
                            {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
                            {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
                            {"IP": "0.0.0.0", "PrivatePort": 53, "PublicPort": 53, "Type": "udp"}],
                  "Labels": {"apex.pool": "web", "apex.weight": "3"}, "State": "running",
                  "Status": "Up 2 hours (healthy)", "HostConfig": {"NetworkMode": "shop_default"},
                  "NetworkSettings": {"Networks": {
                    "shop_default": {"IPAMConfig": null, "Gateway": "172.18.0.1", "IPAddress": "172.18.0.2"},
                    "six": {"IPAddress": "", "GlobalIPv6Address": "fd00::2"}}},
                  "Mounts": [{"Type": "volume", "RW": true}]}]
                """)).containsExactly(new Container("8dfafdbc3a40", "web-1",
                Map.of("apex.pool", "web", "apex.weight", "3"),
                List.of(new Port("", 443, 0), new Port("0.0.0.0", 80, 8080), new Port("::", 80, 8080)),
                Map.of("shop_default", "172.18.0.2", "six", "fd00::2")));
    }

    @Test
    void listOfPodmanHasMembersThatAreNullOrMissing() throws IOException {
        assertThat(read("""
                [{"Id": "1460b291aa8eaa7c", "Names": ["/b"], "Ports": [], "Labels": null,
                  "NetworkSettings": {"Networks": null}, "Config": null},
                 {"Id": "2d0f3f1073c8a38f", "Names": null,
                  "Ports": [{"PrivatePort": 80, "PublicPort": 18081, "Type": "tcp"}]}]
                """)).containsExactly(new Container("1460b291aa8eaa7c", "b", Map.of(), List.of(), Map.of()),
                new Container("2d0f3f1073c8a38f", "2d0f3f1073c8", Map.of(), List.of(new Port("", 80, 18081)),
                        Map.of()));
    }

    @Test
    void emptyListHasNoContainers() throws IOException {
        assertThat(read(" [] \n")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "``                                          | not valid JSON",
        "[{\"Id\":                                   | not valid JSON at line 1, column ",
        "<html>                                      | not valid JSON at line 1, column ",
        "[] []                                       | expected one JSON value, found more after it",
        "null                                        | expected a JSON array of containers",
        "{\"message\":\"page not found\"}            | expected a JSON array of containers",
        "[7]                                         | [0]: expected an object",
        "[{}]                                        | [0].Id: expected a string",
        "[{\"Id\":\"a\"},{\"Id\":\"\"}]              | [1].Id: expected a string",
        "[{\"Id\":\"a\",\"Names\":\"b\"}]            | [0].Names: expected an array",
        "[{\"Id\":\"a\",\"Names\":[1]}]              | [0].Names[]: expected a string",
        "[{\"Id\":\"a\",\"Labels\":[]}]              | [0].Labels: expected an object",
        "[{\"Id\":\"a\",\"Labels\":{\"b\":1}}]       | [0].Labels.b: expected a string",
        "[{\"Id\":\"a\",\"Ports\":{}}]               | [0].Ports: expected an array",
        "[{\"Id\":\"a\",\"Ports\":[1]}]              | [0].Ports[]: expected an object",
        "[{\"Id\":\"a\",\"Ports\":[{\"Type\":\"tcp\",\"PrivatePort\":\"80\"}]}] | [0].Ports[].PrivatePort: expected a",
        "[{\"Id\":\"a\",\"Ports\":[{\"Type\":\"tcp\",\"PublicPort\":65536}]}]   | [0].Ports[].PublicPort: expected a",
        "[{\"Id\":\"a\",\"Ports\":[{\"Type\":\"tcp\",\"IP\":1}]}]               | [0].Ports[].IP: expected a string",
        "[{\"Id\":\"a\",\"NetworkSettings\":1}]      | [0].NetworkSettings: expected an object",
        "[{\"Id\":\"a\",\"NetworkSettings\":{\"Networks\":[]}}]            | [0].Networks: expected an object",
        "[{\"Id\":\"a\",\"NetworkSettings\":{\"Networks\":{\"n\":\"\"}}}]  | [0].Networks.n: expected an object",
    })
    void mistakeIsReportedWithItsPosition(String json, String message) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(IOException.class).hasMessageStartingWith(message);
    }

    @Test
    void depthIsBounded() {
        assertThatThrownBy(() -> read("[".repeat(100_000))).isInstanceOf(IOException.class);
    }
}
