/**
 * The configuration source {@code toml}: a watched file in TOML 1.1, which includes TOML 1.0.
 *
 * <p>The runtime uses it for {@code config.toml} itself and for {@code [config_source] provider = "toml"}. The runtime
 * finds the provider as a service. Other sources parse their TOML with {@link io.apexproxy.config.toml.TomlTrees}.
 */
module io.apexproxy.config.toml {
    requires transitive io.apexproxy.api;
    requires org.slf4j; // logs files that cannot be read and failures of the watch
    requires org.tomlj; // automatic module; no other module requires it
    requires static com.google.errorprone.annotations; // the compiler reads GuardedBy

    exports io.apexproxy.config.toml;

    provides io.apexproxy.api.config.ConfigSourceProvider with
            io.apexproxy.config.toml.TomlProvider;
}
