package io.apexproxy.runtime.config;

/** A record of settings that are keys of the same table as the settings around it. */
interface SettingGroup {
}
