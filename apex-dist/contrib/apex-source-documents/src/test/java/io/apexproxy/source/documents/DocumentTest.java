package io.apexproxy.source.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.source.FoundBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTest {

    private static List<FoundBackend> read(String json) throws IOException {
        return Document.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void arrayOfAddresses() throws IOException {
        assertThat(read("[\"10.0.0.1:80\", \"[::1]:80\"]"))
                .containsExactly(FoundBackend.of("10.0.0.1:80"), FoundBackend.of("[::1]:80"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{\"backends\": []}", "[{\"targets\": [], \"labels\": {}}]", " [ ] \n"})
    void emptyDocumentsHaveNoBackends(String json) throws IOException {
        assertThat(read(json)).isEmpty();
    }

    @Test
    void objectsWithAllMembers() throws IOException {
        assertThat(read("""
                {"version": 3, "backends": [
                  {"address": "10.0.0.1:80", "name": "one", "weight": 3, "tier": 1, "max_connections": 9,
                   "draining": true, "attributes": {"zone": "a"}},
                  {"address": "10.0.0.2:80"}
                ]}
                """)).containsExactly(new FoundBackend("one", "10.0.0.1:80", 3, 1, 9, true, Map.of("zone", "a")),
                FoundBackend.of("10.0.0.2:80"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"10.0.0.1:80\"", "{\"address\": \"10.0.0.1:80\"}"})
    void oneBackendAlone(String json) throws IOException {
        assertThat(read(json)).containsExactly(FoundBackend.of("10.0.0.1:80"));
    }

    @Test
    void groupsOfTargetsAsInPrometheus() throws IOException {
        assertThat(read("""
                [{"targets": ["10.0.0.1:9100", "10.0.0.2:9100"], "labels": {"__meta_zone": "a"}},
                 {"targets": ["10.0.0.3:9100"]}]
                """)).containsExactly(
                FoundBackend.of("10.0.0.1:9100").withAttributes(Map.of("__meta_zone", "a")),
                FoundBackend.of("10.0.0.2:9100").withAttributes(Map.of("__meta_zone", "a")),
                FoundBackend.of("10.0.0.3:9100"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "                              | not valid JSON",
        "nothing                       | not valid JSON at line 1, column ",
        "[\"a:1\"                      | not valid JSON at line 1, column ",
        "[] []                         | expected one JSON value, found more after it",
        "{}                            | expected a JSON array, an object with an array \"backends\", or one backend",
        "null                          | expected a JSON array, an object with an array \"backends\", or one backend",
        "[7]                           | [0]: expected an address or an object",
        "{\"backends\":[[]]}           | backends[0]: expected an address or an object",
        "[\"a:1\",{}]                  | [1].address: expected a string",
        "[{\"address\":7}]             | [0].address: expected a string",
        "[{\"adress\":\"a:1\"}]        | [0]: unknown member \"adress\"; known: address, attributes, draining,",
        "[{\"address\":\"a:1\",\"weight\":-1}]    | [0].weight: expected a whole number from 0 to 65535",
        "[{\"address\":\"a:1\",\"weight\":1.5}]   | [0].weight: expected a whole number from 0 to 65535",
        "[{\"address\":\"a:1\",\"tier\":65536}]   | [0].tier: expected a whole number from 0 to 65535",
        "[{\"address\":\"a:1\",\"draining\":1}]   | [0].draining: expected true or false",
        "[{\"address\":\"a:1\",\"attributes\":[]}]| [0].attributes: expected an object",
        "[{\"targets\":\"a:1\"}]       | [0].targets: expected an array of addresses",
        "[{\"targets\":[7]}]           | [0].targets[0]: expected an address",
        "[{\"targets\":[],\"labels\":{\"a\":1}}]  | [0].labels.a: expected a string",
    })
    void mistakeIsReportedWithItsPosition(String json, String message) {
        assertThatThrownBy(() -> read(json == null ? "" : json)).isInstanceOf(IOException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void depthIsBounded() {
        assertThatThrownBy(() -> read("[".repeat(100_000))).isInstanceOf(IOException.class);
    }
}
