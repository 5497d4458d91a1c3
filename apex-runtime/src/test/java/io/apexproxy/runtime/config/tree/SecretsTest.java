package io.apexproxy.runtime.config.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Settings;
import io.apexproxy.runtime.config.read.SourceSelections;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages contain no secrets. */
class SecretsTest {

    private final Problems problems = new Problems();

    @ParameterizedTest
    @ValueSource(strings = {"password", "Password", "db_passwd", "token", "api_token", "secretKey", "client-secret",
        "private_key", "key"})
    void secretNamesAreRecognized(String name) {
        assertThat(Secrets.isSecretName(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"path", "keepalive", "provider", "endpoints", "username"})
    void otherNamesAreNotSecret(String name) {
        assertThat(Secrets.isSecretName(name)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "password = 4711                        | a string   | a number",
        "password = [\"hunter2\"]               | a string   | an array",
        "password = { value = \"hunter2\" }     | a string   | a table",
    })
    void secretOfAWrongTypeIsNotQuoted(String toml, String expected, String found) {
        Settings settings = settings(toml);

        settings.string("password", "");

        assertThat(problems.list()).singleElement().asString().endsWith("password: expected " + expected + ", found "
                + found + ", which is not shown as it is a secret");
        assertThatThrownBy(() -> settings.string("password")).message().doesNotContain("4711", "hunter2");
    }

    @Test
    void secretReadAsAnotherTypeIsNotQuoted() {
        Settings settings = settings("""
                token = "hunter2"
                keys = ["hunter2", 4711]
                secret = { words = [4711], inner = ["hunter2"] }
                """);

        settings.integer("token", 1, 2, 1);
        settings.bool("token", true);
        settings.duration("token", Duration.ZERO);
        settings.bytes("token", 1);
        settings.strings("keys");
        settings.strings("token");
        settings.table("token");
        settings.tables("keys");
        settings.table("secret").strings("words");
        settings.table("secret").tables("inner");

        assertThat(problems.list()).hasSizeGreaterThan(8).allSatisfy(
                problem -> assertThat(problem.toString()).doesNotContain("hunter2", "4711").contains("not shown"));
    }

    @Test
    void secretInAnotherValueIsNotQuoted() {
        Settings settings = settings("""
                endpoints = [{ password = "hunter2" }]
                endpoint = "http://root:hun?er2@etcd:2379/?token=hunter2"
                path = ["/health?token=hunter2"]
                """);

        settings.strings("endpoints");
        settings.integer("endpoint", 1, 2, 1);
        settings.string("path", "/");

        assertThat(problems.list()).extracting(ConfigProblem::toString).containsExactly(
                "config.toml:1:14: endpoints[0]: expected a string, found { password = … }",
                "config.toml:2:12: endpoint: expected a whole number from 1 to 2, found \"http://***@etcd:2379/?…\"",
                "config.toml:3:8: path: expected a string, found [\"/health?…\"]");
    }

    @Test
    void valueReadAsSecretIsMaskedInPluginMessages() {
        Settings settings = settings("""
                pin = "hunter2"
                user = { password = "hunter3" }
                """);
        assertThat(settings.secret("pin")).isEqualTo("hunter2");
        assertThat(settings.secret("none", "fallback")).isEqualTo("fallback");
        assertThat(settings.table("user").string("password")).isEqualTo("hunter3");

        assertThat(settings.invalid("pin", "expected digits, found 'hunter2' and 'hunter3'"))
                .hasMessage("config.toml:1:7: pin: expected digits, found '***' and '***'");
    }

    @Test
    void valueReadAsSecretIsNotQuotedUnderAnyName() {
        Settings settings = settings("pin = 4711");

        assertThat(settings.secret("pin", "0")).isEqualTo("0");
        assertThatThrownBy(() -> settings.secret("pin")).isInstanceOf(ConfigException.class)
                .message().doesNotContain("4711");
        assertThat(problems.list()).singleElement().asString().doesNotContain("4711");
    }

    @Test
    void textOfASelectionOmitsItsSettings() {
        var selection = SourceSelections.trafficSource(
                TreeFixture.tree("config_source = { provider = \"etcd\", password = \"hunter2\" }"), problems);

        assertThat(selection).get().asString().doesNotContain("hunter2").contains("etcd");
    }

    private Settings settings(String toml) {
        return new TreeSettings(TreeFixture.tree(toml), "", problems);
    }
}
