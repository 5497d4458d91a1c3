package io.apexproxy.runtime.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeTest {

    @Test
    void membersAreRead() throws IOException {
        Node node = Node.parse("""
                {"a": "x", "n": 1.5, "b": true, "none": null, "o": {"p": "q"}, "l": ["s", {"t": 2}, [1], null]}""");

        assertThat(node.text("a")).contains("x");
        assertThat(node.number("n")).contains(1.5);
        assertThat(node.isTrue("b")).isTrue();
        assertThat(node.text("none")).isEmpty();
        assertThat(node.node("o").text("p")).contains("q");
        assertThat(node.texts("l")).containsExactly("s");
        assertThat(node.nodes("l")).singleElement().satisfies(each -> assertThat(each.number("t")).contains(2.0));
    }

    @Test
    void missingMembersAndOtherTypesAreEmpty() throws IOException {
        Node node = Node.parse("{\"a\": \"x\", \"e\": \"\"}");

        assertThat(node.text("e")).isEmpty();
        assertThat(node.number("a")).isEmpty();
        assertThat(node.node("a")).isEqualTo(Node.EMPTY);
        assertThat(node.nodes("a")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "1", "{", "{\"a\":[", "{\"a\"}", "{} x", "{'a':1}", "{\"a\":01}"})
    void otherTextIsRefused(String text) {
        assertThatThrownBy(() -> Node.parse(text)).isInstanceOf(IOException.class);
    }

    @Test
    void depthIsBounded() {
        String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        assertThatThrownBy(() -> Node.parse(deep)).isInstanceOf(IOException.class);
    }
}
