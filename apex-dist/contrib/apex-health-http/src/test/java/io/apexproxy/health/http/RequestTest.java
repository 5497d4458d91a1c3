package io.apexproxy.health.http;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.testkit.MapSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestTest {

    @Test
    void queryOfThePathIsNotShown() {
        assertThatThrownBy(() -> Request.from(MapSettings.of(Map.of("path", "/health ?token=hunter2"))))
                .isInstanceOf(ConfigException.class)
                .message().contains("found \"/health ?…\"").doesNotContain("hunter2");
    }
}
