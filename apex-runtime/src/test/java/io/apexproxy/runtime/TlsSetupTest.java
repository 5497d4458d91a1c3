package io.apexproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.AccessLogFormat;
import io.apexproxy.runtime.config.ControlSetting;
import io.apexproxy.runtime.config.ProxyConfig;
import io.apexproxy.runtime.config.tree.Problems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TlsSetupTest {

    private static final Origin FILE = new Origin("config.toml", 1, 1);
    private static final Origin VALUE = new Origin("config.toml", 2, 16);

    private final Problems problems = new Problems();

    private static ProxyConfig config(String provider) {
        return new ProxyConfig(ProxyConfig.EngineName.AUTO, 1, 0, OptionalLong.empty(), Duration.ZERO, Duration.ZERO, 1,
                Optional.of(provider),
                ControlSetting.DEFAULT, Optional.empty(), Optional.empty(), AccessLogFormat.TEXT, Optional.empty(),
                List.of(), List.of());
    }

    private Optional<TlsSetup> prepare(String provider) {
        ConfigTree.Table tree = new ConfigTree.Table(Map.of("tls_provider", new ConfigTree.Member(FILE,
                new ConfigTree.Scalar(provider, VALUE))), FILE);
        return TlsSetup.prepare(config(provider), tree, Path.of(""), Optional.empty(), problems);
    }

    @Test
    void providerOfTheJdkIsUsed() {
        assertThat(prepare("SunJSSE")).isPresent();
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void unknownProviderIsAMistakeWithItsOrigin() {
        assertThat(prepare("Conscript")).isEmpty();
        assertThat(problems.list()).singleElement().asString()
                .startsWith("config.toml:2:16: tls_provider: no JSSE provider 'Conscript'")
                .contains("available: SunJSSE");
    }
}
