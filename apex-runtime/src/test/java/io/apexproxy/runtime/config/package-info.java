/** Tests of the validated configuration: which changes a reload sees. */
package io.apexproxy.runtime.config;
