/**
 * The configuration source {@code toml}: a file in TOML 1.0, watched for changes.
 *
 * <p>Nothing is exported; the runtime finds the provider by its name.
 */
module io.apexproxy.config.toml {
    requires io.apexproxy.api;
    requires org.slf4j;
    requires org.tomlj; // automatic module, confined to this one

    provides io.apexproxy.api.config.ConfigSourceProvider with
            io.apexproxy.config.toml.TomlProvider;
}
