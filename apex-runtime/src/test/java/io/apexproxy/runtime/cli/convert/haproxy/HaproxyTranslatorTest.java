package io.apexproxy.runtime.cli.convert.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.cli.convert.draft.Draft;
import io.apexproxy.runtime.cli.convert.draft.DraftCheck;
import io.apexproxy.runtime.cli.convert.draft.TomlWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HaproxyTranslatorTest {

    private static final String MISSING = "this rule is missing in Apex";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "reject if { src 10.0.0.0/8 } | deny = [\"10.0.0.0/8\"]",
        "reject if !{ src 10.0.0.0/8 } | allow = [\"10.0.0.0/8\"]",
        "reject unless { src 10.0.0.0/8 } | allow = [\"10.0.0.0/8\"]",
        "accept if { src 10.0.0.0/8 };reject | allow = [\"10.0.0.0/8\"]",
        "reject if { src 10.0.0.0/8 } or { src 192.0.2.1 } | " + MISSING,
        "reject if { src -f /etc/clients } | " + MISSING,
        "reject if { sc0_conn_rate gt 5 } | " + MISSING,
        "reject | " + MISSING,
        "accept if { src 10.0.0.0/8 };reject if { src 10.1.0.0/16 } | deny wins in any order",
        "reject if !{ src 10.0.0.0/8 };reject if !{ src 10.1.0.0/16 } | " + MISSING})
    void rulesAboutClients(String rules, String result) {
        assertThat(converted("tcp-request connection " + rules.replace(";", "\n tcp-request connection ")))
                .contains(result);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{ req.ssl_sni -i A.example } | { server_names = [\"A.example\"], pool = \"b\" }",
        "{ req_ssl_sni -m end .a.example } | { server_names = [\"*.a.example\"], pool = \"b\" }",
        "{ req.ssl_sni -m end a.example } | { server_names = [\"a.example\", \"*.a.example\"], pool = \"b\" }",
        "{ req.ssl_sni -m found } | { server_names = [\"*\"], pool = \"b\" }",
        "!{ req.ssl_hello_type 1 } | { tls = false, pool = \"b\" }",
        "{ req.ssl_alpn h2 } { src 10.0.0.1 } | { alpn = [\"h2\"], from = [\"10.0.0.1\"], pool = \"b\" }",
        "{ src 10.0.0.1 } or { src 10.0.0.2 } | { from = [\"10.0.0.2\"], pool = \"b\" }",
        "{ req.ssl_sni -m reg a.* } | " + MISSING,
        "!{ req.ssl_sni a.example } | " + MISSING,
        "unknown_list | " + MISSING})
    void conditionsOfRoutes(String condition, String result) {
        assertThat(converted("use_backend b if " + condition)).contains(result);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "retries 0;option redispatch | connect_attempts = 1",
        "balance hash src | load_balancer = \"source-hash\"",
        "balance static-rr | load_balancer = \"round-robin\"",
        "balance uri | # line 4: balance uri: no such load balancer",
        "source 10.0.0.5 | source_address = \"10.0.0.5\"",
        "timeout client-fin 10s | half_closed_timeout = \"10s\"",
        "maxconn many | # line 4: left out, because listeners.a.max_connections: expected a whole number",
        "option unknown | # line 4: option unknown: no counterpart",
        "no option tcpka | backends = ["})
    void settings(String directive, String result) {
        assertThat(converted(directive.replace(";", "\n "))).contains(result);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "check weight 0 | weight = 0", "check disabled | state = \"maintenance\"",
        "check send-proxy | proxy_protocol = \"v1\"", "check observe layer4 | interval = \"2s\"",
        "check no-check | health_check = \"none\"",
        "check agent-check | # line 3: server s 10.0.0.1:1 check agent-check: "
                + "agent-check: no counterpart",
        "ssl verify none | verify = false", "ssl sni str(a.example) | server_name = \"a.example\"",
        "ssl sni req.ssl_sni | only a fixed name has a counterpart"})
    void keywordsOfServers(String keywords, String result) {
        assertThat(text("listen a\n bind :80\n server s 10.0.0.1:1 " + keywords)).contains(result);
    }

    private static String converted(String directive) {
        return text("listen a\n bind :80\n server s 10.0.0.1:1 check\n " + directive
                + "\nbackend b\n server s 10.0.0.2:1 check\n");
    }

    /** Comments are read without the breaks of their lines. */
    private static String text(String source) {
        Draft draft = HaproxyTranslator.translate(HaproxySyntax.parse("f", source));
        assertThat(DraftCheck.repair(draft.root())).isEmpty();
        return TomlWriter.text(draft.root()).replaceAll("\n *#  ", "");
    }
}
