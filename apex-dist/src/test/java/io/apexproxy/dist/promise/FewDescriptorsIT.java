package io.apexproxy.dist.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.TestServer;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of a start with very few file descriptors: Apex serves, or the start fails with a message.
 * {@link DescriptorsIT} tests descriptors that clients use up.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "prlimit is of util-linux")
class FewDescriptorsIT extends Scenario {

    private static final int FAILURE = 1;

    @AutoClose
    private final TestServer backend = TestServer.echo();

    @ParameterizedTest
    @ValueSource(ints = {64, 80})
    void servesWithEnoughDescriptors(int limit) {
        try (var proxy = startWith(limit)) {
            try (var client = proxy.client()) {
                assertThat(client.echo("served")).isEqualTo("served");
                assertThat(proxy.admin().get("/health/ready").statusCode()).isEqualTo(200);

                proxy.change(Config.withBackends(backend.address()).settings("drain_timeout = \"1s\""));

                assertThat(client.echo("reloaded")).isEqualTo("reloaded");
            }
            proxy.process().signal("TERM");
            assertThat(proxy.process().exitStatus()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 32, 36, 63})
    void startFailsWithTooFewDescriptors(int limit) {
        try (var proxy = startWith(limit)) {
            assertThat(proxy.process().errors()).isEqualTo("apex: " + limit + " files can be open at a time, and Apex"
                    + " needs 64 or more: raise the limit (ulimit -n, LimitNOFILE)");
            assertThat(proxy.process().exitStatus()).isEqualTo(FAILURE);
        }
    }

    /** The shell cannot open the script. */
    @Test
    void shellFailsWithTenDescriptors() {
        try (var proxy = startWith(10)) {
            assertThat(proxy.process().errors()).isNotEmpty();
            assertThat(proxy.process().exitStatus()).isNotZero();
        }
    }

    private Proxy startWith(int limit) {
        apex.configure(Config.withBackends(backend.address()).toml());
        return startBy(List.of("prlimit", "--nofile=" + limit + ":" + limit));
    }
}
