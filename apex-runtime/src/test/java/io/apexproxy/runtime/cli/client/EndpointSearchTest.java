package io.apexproxy.runtime.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.config.toml.TomlProvider;
import io.apexproxy.runtime.control.ControlPath;
import io.apexproxy.runtime.control.SocketOwner;
import io.apexproxy.runtime.plugin.ProviderRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class EndpointSearchTest {

    private static final long OWN = SocketOwner.ownId();

    @TempDir
    private Path directory;
    private final List<ServerSocketChannel> servers = new ArrayList<>();
    private Path own;

    @BeforeEach
    void createDirectory() throws IOException {
        own = Files.createDirectory(directory.resolve("apex-" + OWN));
    }

    @AfterEach
    void stop() throws IOException {
        for (ServerSocketChannel server : servers) {
            server.close();
        }
    }

    private Path listen(Path path) throws IOException {
        servers.add(ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path)));
        return path;
    }

    private EndpointSearch search(Optional<Path> control, Optional<Path> config) {
        return new EndpointSearch(control, config, config.isPresent(),
                new ControlPath.Context(Map.of("XDG_RUNTIME_DIR", "/no/such"), directory, OWN),
                file -> ConfiguredEndpoints.read(file, ProviderRegistry.of(new TomlProvider())));
    }

    private Path config(String toml) throws IOException {
        return Files.writeString(directory.resolve("config.toml"), toml);
    }

    @Test
    void onlyLiveSocketIsFound() throws Exception {
        Path live = listen(own.resolve("12.sock"));
        listen(own.resolve("13.sock"));
        servers.remove(1).close();

        assertThat(search(Optional.empty(), Optional.empty()).control()).isEqualTo(UnixDomainSocketAddress.of(live));
    }

    @Test
    void severalLiveSocketsAreListed() throws IOException {
        Path first = listen(own.resolve("12.sock"));
        Path second = listen(own.resolve("13.sock"));

        assertThatThrownBy(() -> search(Optional.empty(), Optional.empty()).control())
                .isInstanceOfSatisfying(ClientException.class, e -> assertThat(e.lines()).containsExactly(
                        "several Apex processes run; choose one with --control:",
                        "  process 12: --control " + first, "  process 13: --control " + second));
    }

    @Test
    void missingProcessIsExplainedWithTheUsersThatHaveOthers() throws IOException {
        Path foreign = Files.createDirectory(directory.resolve("apex-4711"));

        assertThatThrownBy(() -> search(Optional.empty(), Optional.empty()).control())
                .isInstanceOfSatisfying(ClientException.class, e -> {
                    assertThat(e.isReached()).isFalse();
                    assertThat(e.lines()).hasSize(3);
                    assertThat(e.lines().get(0)).startsWith("no running Apex found").contains(own.toString());
                    assertThat(e.lines().get(1)).contains("has control sockets in " + foreign).contains("sudo -u ");
                    assertThat(e.lines().get(2)).contains("--control PATH");
                });
    }

    @Test
    void namedSocketIsUsedWithoutASearch() throws Exception {
        listen(own.resolve("12.sock"));
        Path named = listen(directory.resolve("n.sock"));

        assertThat(search(Optional.of(named), Optional.empty()).control())
                .isEqualTo(UnixDomainSocketAddress.of(named));
        assertThatThrownBy(() -> search(Optional.of(directory.resolve("x")), Optional.empty()).control())
                .isInstanceOf(ClientException.class).hasMessageContaining("there is no such socket");
        servers.remove(1).close();
        assertThatThrownBy(() -> search(Optional.of(named), Optional.empty()).control())
                .isInstanceOf(ClientException.class).hasMessageContaining("no process listens");
    }

    @Test
    void configurationNamesTheSocketAndTheAdminEndpoint() throws Exception {
        Path named = listen(directory.resolve("n.sock"));
        Path config = config("control_socket = \"" + named + "\"\nbackend_addrs = 7\n[admin]\n"
                + "listen_addr = \"127.0.0.1:9901\"\n");
        EndpointSearch search = search(Optional.empty(), Optional.of(config));

        assertThat(search.control()).isEqualTo(UnixDomainSocketAddress.of(named));
        assertThat(search.admin()).contains(new InetSocketAddress("127.0.0.1", 9901));
    }

    @Test
    void configurationWithoutTheKeyLeadsToTheSearch() throws Exception {
        Path live = listen(own.resolve("12.sock"));
        Path config = config("backend_addrs = []\n");

        assertThat(search(Optional.empty(), Optional.of(config)).control())
                .isEqualTo(UnixDomainSocketAddress.of(live));
    }

    @Test
    void socketThatIsOffIsExplained() throws IOException {
        listen(own.resolve("12.sock"));
        Path config = config("control_socket = \"off\"\n");

        assertThatThrownBy(() -> search(Optional.empty(), Optional.of(config)).control())
                .isInstanceOf(ClientException.class).hasMessageContaining("control_socket is \"off\"");
    }

    @Test
    void invalidFileIsExplained() throws IOException {
        Path config = config("control_socket = \n");

        assertThatThrownBy(() -> search(Optional.empty(), Optional.of(config)).control())
                .isInstanceOf(ClientException.class).hasMessageContaining("config.toml:1:");
    }
}
