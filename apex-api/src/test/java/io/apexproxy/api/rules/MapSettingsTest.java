package io.apexproxy.api.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.testkit.MapSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that {@link MapSettings} is as strict as the runtime, so that tests reveal the mistakes of a plugin. */
class MapSettingsTest {

    @Test
    void keysKeepTheirOrder() {
        Map<String, Object> written = new LinkedHashMap<>();
        List.of("c", "a", "d", "b").forEach(key -> written.put(key, 1));

        assertThat(MapSettings.of(written).keys()).containsExactly("c", "a", "d", "b");
    }

    @Test
    void unreadKeysAreNamedIncludingThoseOfNestedTables() {
        var settings = MapSettings.of(Map.of(
                "read", "x", "unread", "x",
                "closed", Map.of("a", "x"),
                "open", Map.of("a", "x", "b", "x"),
                "row", List.of(Map.of("a", "x"), Map.of("a", "x", "b", "x"))));

        settings.string("read");
        settings.table("open").string("a");
        settings.table("open").has("no such key");
        settings.tables("row").forEach(element -> element.string("a"));

        assertThat(settings.unread()).containsExactlyInAnyOrder("unread", "closed", "open.b", "row[1].b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"strings", "tables"})
    void elementOfWrongTypeIsAConfigurationProblem(String method) {
        Map<String, Function<MapSettings, Object>> methods = Map.of(
                "strings", settings -> settings.strings("row"), "tables", settings -> settings.tables("row"));
        var settings = MapSettings.of(Map.of("row", List.of(5)));

        assertThatThrownBy(() -> methods.get(method).apply(settings)).isInstanceOf(ConfigException.class)
                .hasMessage("test: row: expected an array of " + method + ", found [5]");
    }
}
