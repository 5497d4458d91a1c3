package io.apexproxy.runtime.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.tree.TreeFixture;
import org.junit.jupiter.api.Test;

class AddressOriginTest {

    @Test
    void addressOfTheFullFormIsFoundInItsTable() {
        ConfigTree.Table tree = TreeFixture.tree("""
                [admin]
                listen_addr = "127.0.0.1:9901"
                [listeners.web]
                listen_addr = "127.0.0.1:8081"
                [listeners."a.b"]
                listen_addr = ["127.0.0.1:8082", "127.0.0.1:8083"]
                """);

        assertThat(AddressOrigin.ofAdmin(tree)).isEqualTo("config.toml:2:15: admin.listen_addr");
        assertThat(AddressOrigin.ofListener(tree, "web", 0)).isEqualTo("config.toml:4:15: listeners.web.listen_addr");
        assertThat(AddressOrigin.ofListener(tree, "a.b", 1))
                .isEqualTo("config.toml:6:34: listeners.\"a.b\".listen_addr[1]");
    }

    @Test
    void addressOfTheShortFormIsFoundInTheRootTable() {
        String backends = "backend_addrs = [\"127.0.0.1:9000\"]\n";

        assertThat(AddressOrigin.ofListener(TreeFixture.tree(backends + "listen_addr = \"127.0.0.1:8081\""),
                "default", 0)).isEqualTo("config.toml:2:15: listen_addr");
        assertThat(AddressOrigin.ofListener(TreeFixture.tree(backends), "default", 0))
                .isEqualTo("config.toml: listen_addr");
    }
}
