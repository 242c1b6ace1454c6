# SPDX-License-Identifier: Apache-2.0
if(TINTREEL_SANITIZE)
    add_compile_options(-fsanitize=${TINTREEL_SANITIZE} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${TINTREEL_SANITIZE})
endif()
