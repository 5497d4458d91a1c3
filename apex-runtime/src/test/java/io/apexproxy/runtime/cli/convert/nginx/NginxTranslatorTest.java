package io.apexproxy.runtime.cli.convert.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.cli.convert.draft.Draft;
import io.apexproxy.runtime.cli.convert.draft.DraftCheck;
import io.apexproxy.runtime.cli.convert.draft.TomlWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NginxTranslatorTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "allow 10.0.0.0/8; deny all; | allow = [\"10.0.0.0/8\"]",
        "deny 10.0.0.1; allow 10.0.0.0/8; deny all; | deny = [\"10.0.0.1\"]",
        "deny all; | deny = [\"0.0.0.0/0\", \"::/0\", \"unix:\"]",
        "allow 10.0.0.1; deny 10.0.0.0/8; | deny wins in any order",
        "deny 10.0.0.1; allow all; deny 10.0.0.2; | deny = [\"10.0.0.1\"]",
        "proxy_protocol on; | proxy_protocol = \"v1\"",
        "proxy_next_upstream off; | connect_attempts = 1",
        "proxy_next_upstream_tries 0; | connect_attempts is always limited",
        "proxy_bind $remote_addr transparent; | no counterpart of the address of the client",
        "proxy_timeout 1h; | idle_timeout = \"1h\"",
        "proxy_ssl on; | verify = false",
        "proxy_ssl on; proxy_ssl_verify on; proxy_ssl_name a.example; | server_name = \"a.example\"",
        "proxy_upload_rate 1k; | # line 2: proxy_upload_rate 1k: no counterpart"})
    void settingsOfServers(String directives, String result) {
        assertThat(text("upstream a { server 10.0.0.1:1; }\nserver { listen 80; proxy_pass a; " + directives + " }"))
                .contains(result);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "hash $remote_addr; | load_balancer = \"source-hash\"",
        "hash $remote_port; | only the address of the client can be hashed",
        "random; | choices = 1", "random two least_time=connect; | load_balancer = \"peak-ewma\"",
        "server 10.0.0.2:1 down; | weight = 0", "server 10.0.0.2:1 slow_start=30s; | slow_start = \"30s\"",
        "server 10.0.0.2:1 weight=x; | left out, because pools.a.backends[1].weight: expected a whole number",
        "server a.example service=web resolve; | name = \"_web._tcp.a.example\"",
        "server 10.0.0.1:1; | duplicate address 10.0.0.1:1"})
    void settingsOfUpstreams(String directives, String result) {
        assertThat(text("upstream a { server 10.0.0.1:1; " + directives + " }\nserver { listen 80; proxy_pass a; }"))
                .contains(result);
    }

    @Test
    void fileWithoutAStreamIsAPartOfOne() {
        assertThat(text("server { listen 127.0.0.1:80; proxy_pass 10.0.0.1:1; }"))
                .contains("[listeners.port-80]", "backends = [\"10.0.0.1:1\"]");
    }

    /** Comments are read without the breaks of their lines. */
    private static String text(String source) {
        Draft draft = NginxTranslator.translate(NginxSyntax.parse("f", source));
        assertThat(DraftCheck.repair(draft.root())).isEmpty();
        return TomlWriter.text(draft.root()).replaceAll("\n *#  ", "");
    }
}
